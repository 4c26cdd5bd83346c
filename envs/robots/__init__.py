"""Robot tasks: MuJoCo scenes stepped as a batch. One module, one task."""
