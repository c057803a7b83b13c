"""Jobs: one run of one notebook each."""
