"""Put what lies beside the package into the wheel: the notebooks, the sample county and the schema of params files.

In a checkout they stay where they are; ``toolkit.core.shipped`` finds them in either place.
"""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py

PROJECT = Path(__file__).resolve().parent
SHIPPED = ("notebooks", "params/params.schema.json", "params/2023/云溪县", "params/2024/云溪县", "params/2022/云溪县",
           "params/registers", "README.zh-CN.md")  # fmt: skip


class BuildWithShipped(build_py):
    """``build_py``, and the files of ``SHIPPED`` below ``toolkit/shipped``."""

    def run(self) -> None:
        if self.editable_mode:
            super().run()
            return
        super().run()
        for name in SHIPPED:
            source, target = PROJECT / name, Path(self.build_lib) / "toolkit" / "shipped" / name
            target.parent.mkdir(parents=True, exist_ok=True)
            if source.is_dir():
                shutil.copytree(source, target, dirs_exist_ok=True, ignore=shutil.ignore_patterns(".*", "__pycache__"))
            else:
                shutil.copy2(source, target)


# A folder for each build: in build/, builds at the same time spoil each other, and modules that are gone stay.
with tempfile.TemporaryDirectory() as build:
    setup(cmdclass={"build_py": BuildWithShipped}, options={"build": {"build_base": build}, "egg_info": {"egg_base": build}})
