"""Tools: a notebook published as a typed REST call."""
