"""The server's files, by way of Jupyter's contents manager."""
