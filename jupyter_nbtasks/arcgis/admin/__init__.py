"""What an administrator sees: runtimes, running kernels, limits, the template of new notebooks."""
