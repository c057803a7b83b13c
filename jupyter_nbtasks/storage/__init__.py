"""What is stored in data_dir: the database's file, and documents by their hash, in parts."""
