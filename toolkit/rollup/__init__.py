"""Add a jurisdiction together: its members, missing reports, sums and the parts of each sum.

Tests by another name:
    member_table: tests/rollup/test_beginning.py
    members, receipts: tests/rollup/test_completeness.py
    outliers: tests/rollup/test_overview.py
    verdict_basis: tests/rollup/test_warehouse.py
"""

from toolkit.rollup.members import Members, read_members
from toolkit.rollup.totals import MemberShare, RolledUp, add_up

__all__ = ["MemberShare", "Members", "RolledUp", "add_up", "read_members"]
