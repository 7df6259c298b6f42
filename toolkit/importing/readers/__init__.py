"""Read one document format each into lines, grids and pictures."""
