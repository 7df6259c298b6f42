"""First stage: a text becomes tokens – words of the vocabulary, figures, years, marks – and the tokens become sentences."""

from toolkit.checks.narrative.tokens.scanning import Token, sentences_of, tokens_of

__all__ = ["Token", "sentences_of", "tokens_of"]
