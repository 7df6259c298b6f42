"""Read the figures of a report's text: tokens, figures, quantities, lists, shares, growths and claims.

Tests by another name:
    analysis, findings, passages: tests/checks/test_narrative_stages.py
    ties: tests/checks/test_text_cells.py
"""
