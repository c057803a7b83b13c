"""The server itself: its runtimes, the notebooks open on it, its settings, its API's document."""
