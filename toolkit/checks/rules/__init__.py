"""The rules of the catalogue. Each module is scanned; a rule is a function with a code and a sentence."""
