"""Queries written token by token and judged by what databases answer."""
