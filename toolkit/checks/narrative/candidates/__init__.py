"""Third stage: what each figure may count, with a degree, from the words around it and the context.

Tests by another name:
    context, fitting, neighbours, outcomes, readings: tests/checks/test_text_cells.py
    applicants, article20, carried, doubts, quantities, quantity: tests/checks/test_text_quantities.py
    degrees, meanings: tests/checks/test_assignment.py
"""
