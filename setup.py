"""Put the notebooks, which lie beside the package in the repository, into the package of the wheel."""

import shutil
from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py


class BuildWithNotebooks(build_py):
    """Copy ``notebooks/*.ipynb`` to ``toolkit/notebooks``; an editable installation finds them where they are."""

    def run(self) -> None:
        super().run()
        if not self.editable_mode:
            target = Path(self.build_lib, "toolkit", "notebooks")
            target.mkdir(parents=True, exist_ok=True)
            for notebook in sorted(Path("notebooks").glob("*.ipynb")):
                shutil.copyfile(notebook, target / notebook.name)


setup(cmdclass={"build_py": BuildWithNotebooks})
