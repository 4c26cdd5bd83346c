"""The rules of the static check, one idea to a file; each yields findings over a syntax tree."""
