"""Locate the cell behind contradictory sums and suggest its value.

Tests by another name:
    statements: tests/checks/test_localisation.py
"""
