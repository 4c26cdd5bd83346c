"""Mazes of Gymnasium-Robotics: find the way to a goal that may lie behind walls."""
