"""Line-based programs for a register machine, judged by what they compute."""
