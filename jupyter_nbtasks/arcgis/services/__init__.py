"""Web tools, which are our tools, called as geoprocessing services."""
