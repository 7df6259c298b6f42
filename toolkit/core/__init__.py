"""Ground that every stage builds on: errors, files, fonts, logs, settings.

Tests by another name:
    settings: tests/building/test_run_report.py
    shipped, workspace: tests/test_installation.py
"""
