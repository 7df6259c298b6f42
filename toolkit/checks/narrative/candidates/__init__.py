"""Third stage: what each figure may count, with a degree, from the words around it and what was read before.

Tests by another name:
    cells, context, neighbours, outcomes: tests/checks/test_text_cells.py
    quantities, quantity: tests/checks/test_text_quantities.py
"""
