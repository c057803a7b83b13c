"""Notebooks, executed and opened, and their jobs."""
