"""The form's JavaScript: served as one module, and its cases run by ``node --test``."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from playwright._impl._driver import compute_driver_executable

from toolkit.entry.web import bundle

PROJECT = Path(__file__).parents[2]
WEB = PROJECT / "toolkit" / "entry" / "web"
ENTRIES = (
    "loader.js",
    "grid.js",
    "text_part.js",
    "panel.js",
    "start.js",
    "register.js",
    "register_place.js",
    "register_behind.js",
)
NODE = compute_driver_executable()[0]  # Playwright brings one


def node(*arguments: str, source: str = "") -> str:
    done = subprocess.run([NODE, *arguments], input=source, cwd=PROJECT, capture_output=True, text=True, encoding="utf-8")
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_the_cases_of_the_browser() -> None:
    names = sorted(str(path.relative_to(PROJECT)) for path in (PROJECT / "tests" / "entry" / "web").glob("*.test.js"))
    assert names
    node("--test", *names)


@pytest.mark.parametrize("name", ENTRIES)
def test_a_widget_is_served_as_one_module_that_imports_nothing(name: str) -> None:
    source = bundle.script(name)
    assert [line for line in source.splitlines() if line.startswith("import ")] == []
    assert source.count("\nexport ") == 1
    asked = (
        "globalThis.document = new EventTarget();\n"
        + source.replace("export default", "const widget =")
        + "\nconsole.log(typeof widget.render);"
    )
    shown = node("--input-type=module", "-", source=asked)
    assert shown.strip() == "function"


def test_every_module_belongs_to_a_widget() -> None:
    served = "".join(bundle.script(name) for name in ENTRIES)
    alone = [file.name for file in WEB.glob("*.js") if file.name not in ENTRIES and f"const ${file.stem} = " not in served]
    assert alone == []


def test_a_circle_of_imports_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "one.js").write_text('import { two } from "./two.js";\nexport const one = two;\n', encoding="utf-8")
    (tmp_path / "two.js").write_text('import { one } from "./one.js";\nexport const two = one;\n', encoding="utf-8")
    monkeypatch.setattr(bundle, "_HERE", tmp_path)
    with pytest.raises(ValueError, match=r"one\.js → two\.js → one\.js"):
        bundle.script("one.js")


def test_names_of_one_module_do_not_meet_those_of_another(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "one.js").write_text("const secret = 1;\nexport function one() {\n  return secret;\n}\n", encoding="utf-8")
    (tmp_path / "figures.json").write_text('{"three": 3}', encoding="utf-8")
    last = 'import { one } from "./one.js";\nimport figures from "./figures.json" with { type: "json" };\n'
    last += "const secret = 2;\nexport default one() + secret + figures.three;\n"
    (tmp_path / "last.js").write_text(last, encoding="utf-8")
    monkeypatch.setattr(bundle, "_HERE", tmp_path)
    source = bundle.script("last.js").replace("export default", "const sum =")
    assert node("--input-type=module", "-", source=f"{source}\nconsole.log(sum);").strip() == "6"
