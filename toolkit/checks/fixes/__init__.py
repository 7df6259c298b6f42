"""Locate the cell behind contradictory sums and suggest its value."""
