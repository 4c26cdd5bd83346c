"""Running a checked program on arrays, NumPy's or torch's: the namespaces, the compiler, its outputs."""
