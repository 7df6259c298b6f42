"""The commands of ``nianbao``: each parses its arguments, calls one stage and prints the result in Chinese.

Tests by another name:
    archiving: tests/rollup/test_archive.py
    reviewing: tests/rollup/test_reviewing.py
    areas: tests/rollup/test_areas.py
    starting: tests/test_cli.py
    building, checking, importing, screen, upward, usage: tests/test_cli.py
    dispatching: tests/dispatch/test_commands.py
    publishing: tests/rollup/test_publishing.py
    registering: tests/register/test_walk.py
"""
