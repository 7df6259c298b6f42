"""The commands of ``nianbao``: each reads what was typed, calls one stage and says in Chinese what came of it.

Tests by another name:
    areas: tests/rollup/test_areas.py
    starting: tests/test_cli.py
    build_progress, building, checking, importing, screen, upward, usage: tests/test_cli.py
    dispatching: tests/dispatch/test_commands.py
"""
