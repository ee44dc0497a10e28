"""The commands; each body is one call into a room."""
