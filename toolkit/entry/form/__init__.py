"""The form in JupyterLab: its parts and the session behind them.

Tests by another name:
    alerts, channels_part, finish_part, organ_part: tests/entry/test_form_app.py
"""
