"""A local page on which a person compares two candidates; what is said there enters the next prompt."""

from .server import serve

__all__ = ["serve"]
