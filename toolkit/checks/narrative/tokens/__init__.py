"""First stage: a text becomes tokens – words of the vocabulary, figures, years, marks – and the tokens become sentences.

Tests by another name:
    scanning, vocabulary: tests/checks/test_narrative_stages.py
"""

from toolkit.checks.narrative.tokens.scanning import Token, moved, sentences_of, tokens_of

__all__ = ["Token", "moved", "sentences_of", "tokens_of"]
