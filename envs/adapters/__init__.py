"""Official environments as tasks: Meta-World's, Gymnasium-Robotics', and any that a user brings."""
