"""What is stored in data_dir: documents by their hash, in parts that versions share."""
