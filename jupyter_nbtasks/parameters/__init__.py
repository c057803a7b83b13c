"""Parameters: what a notebook takes, in types, and how values are written in its language."""
