"""The state of the form, without widgets: typed values, findings with their mends, links, saving, words of an office.

Tests by another name:
    boxes, saving_state: tests/entry/test_session.py
    listing: tests/entry/test_findings_panel.py
"""
