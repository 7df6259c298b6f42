"""Fourth stage: what figures say of each other – lists, percentages, changes, channels – and claims in words.

Tests by another name:
    both_years, channels, claims, denials, generalities: tests/checks/test_text_against_tables.py, tests/checks/test_reading_cases.py
    list_shapes, lists, ratios, sentence_lists, shares: tests/checks/test_text_against_tables.py, tests/checks/test_reading_cases.py
"""
