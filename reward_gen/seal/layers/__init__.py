"""What the kernel takes away from a sealed process, one layer to a file; spoken to by bare system calls."""
