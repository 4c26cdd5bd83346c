"""Text tasks: tokens, facts and counts stepped as a batch in NumPy. One module, one task."""
