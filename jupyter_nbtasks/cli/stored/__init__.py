"""What the store alone can answer and change; nothing of a server is imported for it."""
