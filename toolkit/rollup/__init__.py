"""Add a jurisdiction together: its members, missing reports, sums and the parts of each sum.

Tests by another name:
    member_table: tests/rollup/test_beginning.py
    members: tests/rollup/test_completeness.py
    outliers: tests/rollup/test_overview.py
    verdict_basis: tests/rollup/test_warehouse.py
"""
