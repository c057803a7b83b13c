"""Execution: one notebook on one kernel, to be done in a process of its own."""
