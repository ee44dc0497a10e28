"""Work that outlives a request, or needs none; uses graph only."""
