"""The server's files in the dialect of a blob store, and code snippets."""
