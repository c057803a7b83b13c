"""What all of the ArcGIS surface shares: its dialect, its formats, its tree of addresses."""
