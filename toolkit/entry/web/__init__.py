"""What the browser runs: modules of JavaScript that import each other by name, and their styles; ``bundle`` serves them.

Tests by another name:
    bundle: tests/entry/test_web_modules.py
"""
