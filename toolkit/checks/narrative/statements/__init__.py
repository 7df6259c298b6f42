"""Sixth stage: what the text says in free words – of none, of all, as a share, as a change – put together from the parts that
words play.

Tests by another name:
    applicants, crossing, denied_parts, dispute_results, item_changes: tests/checks/test_free_claims.py
    mentions, rankings, sentences: tests/checks/test_free_claims.py
    rates: tests/checks/test_fresh_pairs.py
    amounts, clauses, counts, of_sentence, polarity, portions: tests/checks/test_statements.py
    reading, roles, targets, trends, wording: tests/checks/test_statements.py
"""

from toolkit.checks.narrative.statements.reading import Statements, find_statements

__all__ = ["Statements", "find_statements"]
