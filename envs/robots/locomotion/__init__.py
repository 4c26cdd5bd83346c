"""Legged robots of Gymnasium v5 that run, stand, flip, lie down and wave, stepped as a batch."""
