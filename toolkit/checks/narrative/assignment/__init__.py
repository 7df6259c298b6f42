"""Fifth stage: one meaning for each doubtful figure, chosen when the whole report is read.

Tests by another name:
    choice: tests/checks/test_narrative_stages.py
"""
