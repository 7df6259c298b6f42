"""The register of requests as a screen of JupyterLab: a list that is searched in the browser, and one request as a form.

Tests by another name:
    screen, typed: tests/entry/test_register_screen.py
"""
