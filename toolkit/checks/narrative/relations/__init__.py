"""Fourth stage: what figures say of each other – lists, percentages, changes, channels – and claims in words.

Tests by another name:
    both_years, channels, claims: tests/checks/test_text_against_tables.py, tests/checks/test_reading_cases.py
    denials, generalities: tests/checks/test_text_against_tables.py, tests/checks/test_reading_cases.py
    likely_denials: tests/checks/test_assignment.py
    list_shapes, sentence_lists: tests/checks/test_text_alone.py
    lists, ratios, shares: tests/checks/test_text_against_tables.py, tests/checks/test_reading_cases.py
"""
