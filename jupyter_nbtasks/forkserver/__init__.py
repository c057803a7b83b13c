"""Kernels that start by fork: a fork server imports ipykernel once, for all jobs."""
