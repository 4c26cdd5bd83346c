"""Scripts that made the data files of tasks and demonstrations."""
