"""Random attacks on the gates that reward code must pass."""
