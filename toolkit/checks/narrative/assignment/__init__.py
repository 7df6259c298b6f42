"""Fifth stage: one meaning for each doubtful figure, chosen when the whole report is read.

Tests by another name:
    belonging, choice, evidence, grounds, other_cells, unknown_words: tests/checks/test_assignment.py
    division_search, list_entries, wholes: tests/checks/test_divisions.py
    kept: tests/checks/test_rerunning.py
    rests: tests/checks/test_fresh_pairs.py
    likely, unstated: tests/checks/test_assignment.py
"""
