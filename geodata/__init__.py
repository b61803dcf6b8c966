"""Know places: coordinates, polygons, neighbours, travel; no rep and no money."""
