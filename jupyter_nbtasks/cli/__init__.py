"""The command line: ``jupyter nbtasks``, with or without a server."""
