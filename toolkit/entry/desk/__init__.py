"""One report under edit: changes, draft, journal, lock, recovery.

Tests by another name:
    conflict: tests/entry/test_desk.py
"""
