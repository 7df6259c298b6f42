"""Run the notebook: what its cells call, one run, and many."""

from toolkit.jupyter.opening import open_paper

__all__ = ["open_paper"]
