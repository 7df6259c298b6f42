"""The county's overview: its sections, charts and the screen in JupyterLab.

Tests by another name:
    begin_card, charts, explorer, opening, screen, sections: tests/rollup/test_overview.py
"""
