"""Bytes in, bytes out: HTTP, health and the built-in pages; knows no domain word."""
