"""Notebooks: read as Jupyter reads them, repaired, inspected, filled in and written."""
