"""Meta-World's tasks for the Sawyer arm (Yu et al., 2019). One module, one task."""
