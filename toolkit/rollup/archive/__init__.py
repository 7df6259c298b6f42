"""Pack a year's reports for the archive (归档), and verify what was packed.

Tests by another name:
    bag, gathering, verifying: tests/rollup/test_archive.py
"""
