"""Snapshots: a notebook as it was at one moment."""
