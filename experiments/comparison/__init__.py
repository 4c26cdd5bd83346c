"""The final protocol, suites of tasks, statistics and tables."""
