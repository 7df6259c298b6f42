"""Recognise the statutory tables among the grids of a document."""
