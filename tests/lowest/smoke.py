"""Walk one report through every command, in the environment whose Python runs this: ``python smoke.py PARAMS FOLDER``.

In: the project's ``params`` folder and an empty folder. Out: exit code 0, or the first command that failed with what it said.
It needs nothing but the package, so that an environment without the test tools can run it.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

TOWN = "params/2024/云溪县/松石镇.yaml"
NIANBAO = (sys.executable, "-P", "-m", "toolkit")
MODULES = (
    "toolkit.jupyter.form_notebook", "toolkit.rollup.overview.screen", "toolkit.dispatch.intake.mailbox",
    "toolkit.dispatch.signatures.checking", "toolkit.building.cluster", "voila.app", "jupyterlab.labapp", "notebook.app", "s3fs",
)  # fmt: skip
# says whether it ran in a forked kernel
CELL = {
    "cell_type": "code", "id": "kernel", "metadata": {}, "execution_count": None, "outputs": [],
    "source": "type(get_ipython().kernel).__name__",
}  # fmt: skip
FORM = """
import sys
from pathlib import Path
from datetime import datetime
from toolkit.entry.desk.desk import Desk
from toolkit.jupyter.form_of_report import make_form, preview_pages
from toolkit.sections.paper import Paper
desk = Desk(Path(sys.argv[1]), who="x", now=lambda: datetime.now().astimezone())
form = make_form(desk)
assert form.widget is not None
assert preview_pages(Paper(desk.report))
desk.close()
"""


def step(*command: str | Path, codes: tuple[int, ...] = (0,)) -> str:
    """Run one command; stop everything when it fails."""
    words = [str(word) for word in command]
    done = subprocess.run(words, capture_output=True, encoding="utf-8", errors="replace", env={**os.environ, "PYTHONUTF8": "1"})
    if done.returncode not in codes or "程序出错" in done.stdout + done.stderr or "Traceback" in done.stderr:
        sys.exit(f"{' '.join(words[1:])[:300]}\nexit code {done.returncode}\n{done.stdout[-3000:]}\n{done.stderr[-5000:]}")
    return done.stdout


def main(params: Path, folder: Path) -> None:
    """Every command once."""
    os.chdir(folder)
    shutil.copytree(params / "2024" / "云溪县", "params/2024/云溪县")
    step(*NIANBAO, "--help")
    for module in MODULES:
        step(sys.executable, "-P", "-W", "ignore", "-c", f"import {module}")
    step(*NIANBAO, "check", TOWN)
    step(*NIANBAO, "new", "新镇", "--year", "2024", codes=(0, 2))
    step(*NIANBAO, "build", TOWN, "params/2024/云溪县/白鹭乡.yaml")
    made = next(Path("outputs/2024/云溪县/松石镇").glob("*.pdf"))
    step(sys.executable, "-P", Path(__file__).with_name("lab_commands.py"))
    step(*NIANBAO, "lab", "--no-such-option", codes=(2,))
    changed = json.loads((params.parent / "notebooks" / "annual_report.ipynb").read_text(encoding="utf-8"))
    changed["cells"].append(CELL)
    Path("changed.ipynb").write_text(json.dumps(changed), encoding="utf-8")
    executed = step(
        sys.executable, "-P", "-W", "ignore", "-m", "papermill", "--engine", "nianbao", "-f", TOWN, "changed.ipynb", "-"
    )
    assert "'ForkedKernel'" in executed or os.name == "nt", executed[-2000:]
    step(*NIANBAO, "build", TOWN, "--stock", "--force", "--to", "html", "--outputs", "stock")
    step(*NIANBAO, "read", made, "-o", "read.yaml")
    step(*NIANBAO, "status", "params/2024/云溪县", codes=(0, 1))
    step(*NIANBAO, "status", "params/2024", "--areas", "1", codes=(0, 1))
    step(*NIANBAO, "rollup", "params/2024/云溪县", codes=(0, 1))
    for file in sorted(made.parent.glob("云溪县*")):
        step(*NIANBAO, "import", file, "--year", "2024", "--output", f"imported-{file.suffix[1:]}", codes=(0, 1))
    step(sys.executable, "-P", "-W", "ignore", "-c", FORM, TOWN)
    inbox = Path("inbox")
    inbox.mkdir()
    shutil.copy(made, inbox / "a.pdf")
    step(*NIANBAO, "collect", inbox)
    notebook = made.parent / "annual_report.ipynb"
    for name in ("pdf", "html", "docx", "xlsx"):
        step(
            sys.executable,
            "-P",
            "-W",
            "ignore",
            "-m",
            "nbconvert",
            "--to",
            f"nianbao-{name}",
            "--output-dir",
            "converted",
            notebook,
        )


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve(), Path(sys.argv[2]))
