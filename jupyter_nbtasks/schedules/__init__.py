"""Schedules: a notebook that is run again and again."""
