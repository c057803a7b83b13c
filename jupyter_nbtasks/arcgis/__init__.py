"""The same services in the dialect of the ArcGIS REST API: handlers and translation only."""
