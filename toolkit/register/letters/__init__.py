"""Letters (文书) to applicants and third parties: the office's own Word templates, filled in from a request.

Tests by another name:
    filling, making: tests/register/test_letters.py
"""
