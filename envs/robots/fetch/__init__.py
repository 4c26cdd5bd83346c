"""The Fetch arm's tasks (Plappert et al., 2018). One module, one task."""
