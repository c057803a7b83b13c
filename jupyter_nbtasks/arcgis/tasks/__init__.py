"""Tasks, which are our schedules, and their runs."""
