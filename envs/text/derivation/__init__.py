"""Tasks solved step by step, where each step can be labelled exactly."""
