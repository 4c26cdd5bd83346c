"""The process boundary: untrusted programs run in a worker that can reach nothing."""
