"""The commands; each body is one call into a room."""

from cli import keeping, loading, serving
from cli.group import main

__all__ = ["keeping", "loading", "main", "serving"]
