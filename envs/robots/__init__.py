"""Robot tasks: MuJoCo scenes stepped as a batch. One folder a family, one module a task."""
