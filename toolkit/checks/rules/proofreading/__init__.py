"""Proofreading (文字审校): rules that need no figure, only words, marks and tables of what is right.

Tests by another name:
    citations, county_demands, other_organs, phrases: tests/checks/test_proofreading.py
    plausibility, punctuation, relevance: tests/checks/test_proofreading.py
"""
