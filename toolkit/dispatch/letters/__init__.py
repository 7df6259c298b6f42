"""Write and send the mail that carries a report upward.

Tests by another name:
    opinion_sheet: tests/rollup/test_reviewing.py
"""
