"""Add a jurisdiction together: its own office and its members, who is missing, what the sums are made of."""

from toolkit.rollup.members import Members, read_members
from toolkit.rollup.totals import RolledUp, Share, add_up

__all__ = ["Members", "RolledUp", "Share", "add_up", "read_members"]
