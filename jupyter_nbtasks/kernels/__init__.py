"""Kernels for jobs, from the server's own kernel manager: started, kept warm, watched, ended."""
