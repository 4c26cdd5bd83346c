"""Hands with many fingers: the Adroit hand of DAPG and the Shadow hand of Gymnasium-Robotics."""
