"""Split the text of a published report into parts and facts.

Tests by another name:
    headings, narrative, scopes: tests/importing/test_recognition.py
"""
