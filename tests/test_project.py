"""Tests about ourselves: what is installed, how modules hang together, that the READMEs tell the truth."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest
import typer
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from tests.terminal import COMMAND
from toolkit.cli import app

PROJECT = Path(__file__).resolve().parent.parent
PYPROJECT = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))
READMES = ("README.md", "README.zh-CN.md")

# The one direction of imports: a module may import its own layer and the layers before it in this list.
# `sections` and `entry` are siblings: both build on checks, neither imports the other.
LAYERS: tuple[tuple[str, ...], ...] = (
    ("core",),
    ("forms",),
    ("report",),
    ("importing",),
    ("register",),
    ("checks",),
    ("entry", "sections"),
    ("engine",),
    ("exporters",),
    ("building",),
    ("jupyter",),
    ("dispatch",),
    ("rollup",),
    ("commands",),
    ("cli",),
    ("__main__",),
)
LAYER_OF = {name: number for number, names in enumerate(LAYERS) for name in names}

# Names of the same thing at conda-forge, where they differ from the index of Python packages.
CONDA_NAMES = {"typst": "typst-py", "duckdb": "python-duckdb", "matplotlib": "matplotlib-base"}


# ---------------------------------------------------------------- what is installed


def declared() -> list[Requirement]:
    """Requirements of pyproject.toml: of every user, of each extra and of development; a token's driver is its maker's."""
    project = PYPROJECT["project"]
    extras = [line for name, lines in project["optional-dependencies"].items() if name != "token" for line in lines]
    requirements = map(Requirement, [*project["dependencies"], *extras])
    return [requirement for requirement in requirements if requirement.name != project["name"]]


@dataclass(frozen=True, slots=True)
class Locked:
    """One pinned package of requirements.lock."""

    version: Version
    hashes: int


def locked() -> dict[str, Locked]:
    text = (PROJECT / "requirements.lock").read_text(encoding="utf-8")
    blocks = re.findall(r"^(\S+)==(\S+)(.*(?:\n {4}--hash.*)*)", text, re.MULTILINE)
    return {canonicalize_name(name): Locked(Version(version), rest.count("--hash=sha256:")) for name, version, rest in blocks}


@pytest.mark.parametrize("requirement", declared(), ids=lambda requirement: requirement.name)
def test_lock_pins_every_dependency_within_its_bound_and_with_a_hash(requirement: Requirement) -> None:
    pin = locked()[canonicalize_name(requirement.name)]
    assert pin.version in requirement.specifier
    assert pin.hashes > 0


# Packages whose private interfaces the code uses, and where.
PRIVATE = {
    "typst": "exporters/pdf/objects.py reads the layout of its files",
    "ipykernel": "engine/forked_kernel.py is its kernel without sockets",
    "papermill": "engine/forked_run.py, building/execution.py",
    "nbclient": "engine/forked_run.py, engine/forked_client.py",
    "jupyter_client": "engine/forked_kernel.py is its session without sockets",
    "jupyterlab": "jupyter/lab_settings: commands by name",
    "typer": "commands/usage.py translates its help and complaints",
}


@pytest.mark.parametrize("name", PRIVATE)
def test_a_package_with_private_interfaces_has_a_ceiling_and_is_locked_below_it(name: str) -> None:
    """tests/lowest runs every command with the lower bounds, the other tests with the lock: both ends work."""
    requirement = next(each for each in declared() if each.name == name)
    bounds = {each.operator for each in requirement.specifier}
    assert bounds == {">=", "<"}
    assert locked()[canonicalize_name(name)].version in requirement.specifier


def test_every_locked_package_has_a_hash() -> None:
    assert [name for name, pin in locked().items() if not pin.hashes] == []


def test_lock_names_packages_only() -> None:
    text = (PROJECT / "requirements.lock").read_text(encoding="utf-8")
    # No index, no folder of wheels, no remark: the lock must serve any mirror.
    unexpected = [
        line for line in text.splitlines() if not re.fullmatch(r"\S+==\S+( ; .+)? \\|    --hash=sha256:[0-9a-f]{64}( \\)?", line)
    ]
    assert unexpected == []


def test_environment_yml_agrees_with_pyproject() -> None:
    environment = yaml.safe_load((PROJECT / "environment.yml").read_text(encoding="utf-8"))
    from_pip = next(entry["pip"] for entry in environment["dependencies"] if isinstance(entry, dict))
    from_conda = [entry for entry in environment["dependencies"] if isinstance(entry, str) and entry != "pip"]
    listed = {Requirement(line) for line in [*from_conda, *from_pip] if not line.startswith("--editable")}
    expected = {(canonicalize_name(CONDA_NAMES.get(each.name, each.name)), str(each.specifier)) for each in declared()}
    expected.add(("python", PYPROJECT["project"]["requires-python"]))
    assert {(canonicalize_name(each.name), str(each.specifier)) for each in listed} == expected


def test_environment_yml_installs_the_command_itself() -> None:
    assert "--editable ." in (PROJECT / "environment.yml").read_text(encoding="utf-8")


def test_every_debian_package_says_what_it_is_for() -> None:
    lines = (PROJECT / "apt.txt").read_text(encoding="utf-8").splitlines()
    packages = [line for line in lines if not line.startswith("#")]
    assert packages
    assert [line for line in packages if not re.fullmatch(r"[a-z0-9.+|-]+ # .+ / .+", line)] == []


def test_ci_runs_the_two_commands_of_the_readme() -> None:
    script = (PROJECT / ".ci" / "run").read_text(encoding="utf-8")
    assert "set -euo pipefail" in script
    commands = re.findall(r"^[^#\n]*\bmake (?:PYTHON=\S+ )?(\w+)", script, re.MULTILINE)
    assert commands == ["report", "test", "apt", "report", "test"]  # as a user; as root, where `apt` is what both begin with


@pytest.mark.posix_only
def test_ci_as_root_runs_the_tests_as_an_ordinary_user_and_the_few_that_need_root_apart() -> None:
    script = (PROJECT / ".ci" / "run").read_text(encoding="utf-8")
    assert "useradd" in script
    assert re.search(r"runuser -u .*\bmake .*\btest\b", script)
    assert re.search(r"pytest .*-m \"needs_root", script)
    checked = subprocess.run(["bash", "-n", str(PROJECT / ".ci" / "run")], capture_output=True, check=False)
    assert checked.returncode == 0, checked.stderr
    tests = (path.read_text(encoding="utf-8") for path in (PROJECT / "tests").rglob("test_*.py"))
    assert any("@pytest.mark.needs_root" in test for test in tests)


@pytest.mark.parametrize("target", ["report", "test", "docs", "lab", "check", "lock", "benchmarks", "clean"])
def test_makefile_has_the_target_and_explains_it(target: str) -> None:
    makefile = (PROJECT / "Makefile").read_text(encoding="utf-8")
    assert re.search(rf"^{target}:.*  ## \S.* / .*\S$", makefile, re.MULTILINE)


# ---------------------------------------------------------------- how modules hang together


def modules() -> list[Path]:
    return sorted((PROJECT / "toolkit").rglob("*.py"))


def module_name(path: Path) -> str:
    return path.relative_to(PROJECT / "toolkit").as_posix()


@dataclass(frozen=True)
class Source:
    """A module: its docstring, the dotted names that it imports, and the parts of toolkit that its other strings name."""

    docstring: str
    imports: frozenset[tuple[str, ...]]
    in_strings: frozenset[str]


@cache
def source(path: Path) -> Source:
    package = path.relative_to(PROJECT).parent.parts
    tree = ast.parse(path.read_text(encoding="utf-8"))
    nodes = list(ast.walk(tree))
    kinds = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef
    prose = {id(node.body[0].value) for node in nodes if isinstance(node, kinds) and ast.get_docstring(node) is not None}  # type: ignore[attr-defined]
    imports: set[tuple[str, ...]] = set()
    named: set[str] = set()
    for node in nodes:
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in prose:
            named.update(re.findall(r"\btoolkit\.([a-z_]+)", node.value))
        elif isinstance(node, ast.Import):
            imports.update(tuple(alias.name.split(".")) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            start = package[: len(package) - node.level + 1] if node.level else ()
            base = (*start, *(node.module.split(".") if node.module else ()))
            imports.update((*base, alias.name) for alias in node.names)
    return Source(ast.get_docstring(tree, clean=False) or "", frozenset(imports), frozenset(named))


def imported(path: Path) -> set[str]:
    """The parts of toolkit that a module uses: by imports (in functions and under TYPE_CHECKING too), and by names in strings."""
    return {name[1] for name in source(path).imports if name[0] == "toolkit" and len(name) > 1} | source(path).in_strings


def upward_imports(path: Path) -> set[str]:
    """The parts that a module imports though they come later in the order, or are siblings."""
    own = path.relative_to(PROJECT / "toolkit").parts[0].removesuffix(".py")
    if own == "__init__":
        return set()  # re-exports: toolkit itself is above all its parts
    beside = {name for name in LAYERS[LAYER_OF[own]] if name != own} if LAYER_OF[own] else set()
    return {name for name in imported(path) if LAYER_OF.get(name, -1) > LAYER_OF[own] or name in beside}


def test_imports_point_only_backwards() -> None:
    assert {module_name(path): wrong for path in modules() if (wrong := upward_imports(path))} == {}


def test_the_engine_knows_nothing_of_reports() -> None:
    """What it preloads, warms up and trusts is named by `building`."""
    used = {name for path in modules() if module_name(path).startswith("engine/") for name in imported(path)}
    assert used <= {"core", "engine"}


def test_no_module_looks_up_an_entry_point_of_this_package() -> None:
    """An entry point is for other programs: within the package it would be an import that no test sees."""
    groups = set(PYPROJECT["project"]["entry-points"])
    lookups = re.compile(r"entry_points\(group=[\"'](?:" + "|".join(map(re.escape, groups)) + ")")
    assert [module_name(path) for path in modules() if lookups.search(path.read_text(encoding="utf-8"))] == []


def test_a_name_in_a_string_counts_as_an_import(tmp_path: Path) -> None:
    module = PROJECT / "toolkit" / "engine" / "fork_server.py"
    assert "engine" in set(imported(module))
    assert {"building", "sections"} <= set(imported(PROJECT / "toolkit" / "building" / "report_engine.py"))


def test_every_part_of_the_package_has_a_place_in_the_order() -> None:
    parts = {path.relative_to(PROJECT / "toolkit").parts[0].removesuffix(".py") for path in modules()}
    assert parts - {"__init__"} <= set(LAYER_OF)


def test_every_module_says_what_it_is_for() -> None:
    assert [module_name(path) for path in modules() if not source(path).docstring.strip()] == []


TESTS_ELSEWHERE = re.compile(r"^ {4}(?P<modules>\w+(?:, \w+)*): (?P<files>tests/\S+\.py(?:, tests/\S+\.py)*)$", re.MULTILINE)


def files_testing(path: Path) -> list[Path]:
    """The test files of a module: by name, else as the docstring of its package says (`Tests by another name`)."""
    parts = path.relative_to(PROJECT / "toolkit").with_suffix("").parts
    names = {f"test_{'_'.join(parts[start:])}.py" for start in range(len(parts))}
    places = (PROJECT / "tests" / parts[0], PROJECT / "tests")
    if by_name := [place / name for place in places for name in names if (place / name).is_file()]:
        return by_name
    rows = TESTS_ELSEWHERE.finditer(source(path.parent / "__init__.py").docstring)
    return [PROJECT / name for row in rows if path.stem in row["modules"].split(", ") for name in row["files"].split(", ")]


def test_every_module_has_its_test_file_by_name_or_its_package_says_where_it_is_tested() -> None:
    """`toolkit/a/b.py` has `tests/a/test_b.py`, or `toolkit/a/__init__.py` has the line `    b: tests/a/test_other.py`."""
    files = {module_name(path): files_testing(path) for path in modules() if path.stem not in ("__init__", "__main__")}
    assert [name for name, places in files.items() if not places] == []
    assert [place for places in files.values() for place in places if not place.is_file()] == []


def test_no_package_names_the_tests_of_a_module_that_it_has_not() -> None:
    for package in (path for path in modules() if path.name == "__init__.py"):
        listed = {name for row in TESTS_ELSEWHERE.finditer(source(package).docstring) for name in row["modules"].split(", ")}
        assert [name for name in listed if not (package.parent / f"{name}.py").is_file()] == [], package.parent.name


def test_no_module_without_a_subject() -> None:
    nameless = {"utils.py", "util.py", "helpers.py", "common.py", "misc.py"}
    assert [path for path in modules() if path.name in nameless] == []


@pytest.mark.parametrize("group", ["nbconvert.exporters", "papermill.engine"])
def test_entry_points_lead_somewhere(group: str) -> None:
    from importlib.metadata import entry_points

    ours = [entry for entry in entry_points(group=group) if entry.value.startswith("toolkit.")]
    assert {entry.name: entry.value for entry in ours} == PYPROJECT["project"]["entry-points"].get(group, {})
    assert all(entry.load() for entry in ours)


# ---------------------------------------------------------------- what the READMEs say


def commands() -> dict[str, typer.core.TyperCommand]:
    group = typer.main.get_command(app)
    return group.commands  # type: ignore[attr-defined]


def shown_commands(readme: str) -> list[str]:
    """Lines of the code blocks of a README that call `nianbao` or `make`, prompts taken off."""
    text = (PROJECT / readme).read_text(encoding="utf-8")
    blocks = re.findall(r"^```(?:console|bash|sh|shell)\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    lines = (line.removeprefix("$ ").strip() for block in blocks for line in block.splitlines())
    return [line for line in lines if line.startswith(("nianbao ", "make "))]


@pytest.mark.parametrize("readme", READMES)
def test_readme_shows_only_commands_and_options_there_are(readme: str) -> None:
    targets = set(re.findall(r"^([a-z]+):", (PROJECT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    shown = shown_commands(readme)
    assert shown
    for line in shown:
        program, name, *rest = line.split("#")[0].split()
        if program == "make":
            assert name in targets, line
        else:
            command = commands()[name]
            for word in rest[: hasattr(command, "commands")]:
                command = command.commands[word]
            known = {option for parameter in command.params for option in (*parameter.opts, *parameter.secondary_opts)}
            assert {word.split("=")[0] for word in rest if word.startswith("--")} <= known | {"--help"}, line


def test_clerks_readme_names_every_command() -> None:
    text = (PROJECT / "README.zh-CN.md").read_text(encoding="utf-8")
    assert [name for name in commands() if f"nianbao {name}" not in text] == []


@pytest.mark.parametrize("readme", READMES)
def test_readme_links_lead_to_files_of_the_project(readme: str) -> None:
    text = (PROJECT / readme).read_text(encoding="utf-8")
    links = re.findall(r"\]\(([^)#]+)\)", text)
    assert [link for link in links if "://" not in link and not (PROJECT / link).exists()] == []


# ---------------------------------------------------------------- what may not be in the repository


def tracked() -> list[Path]:
    listing = subprocess.run(["git", "ls-files", "-z"], cwd=PROJECT, capture_output=True, check=True).stdout
    return [PROJECT / name for name in listing.decode("utf-8").split("\0") if name and (PROJECT / name).is_file()]


@pytest.mark.needs_git
def test_no_path_of_a_machine_in_tracked_files() -> None:
    # Put together here, or this file would find itself.
    roots = ["/" + name + "/" for name in ("work", "root", "home", "Users", "tmp")] + ["C:" + "\\" + "Users"]
    guilty = []
    for path in tracked():
        content = path.read_bytes()
        if b"\0" not in content[:8000]:
            there = [root for root in roots if root.encode() in content]
            guilty += [f"{path.name}: {root}" for root in there if re.search(rf"(?<![\w.]){re.escape(root)}".encode(), content)]
    assert guilty == []


@pytest.mark.needs_git
def test_outputs_are_not_tracked() -> None:
    names = [path.relative_to(PROJECT).as_posix() for path in tracked()]
    assert [name for name in names if name.startswith("outputs/")] == ["outputs/.gitkeep"]


def test_the_command_is_installed() -> None:
    assert Path(COMMAND).is_file(), "make setup installs the command with Python"
    environment = {**os.environ, "PYTHONUTF8": "1"}
    shown = subprocess.run([COMMAND, "--help"], capture_output=True, check=True, env=environment).stdout.decode("utf-8")
    assert [name for name in commands() if name not in shown] == []


# Names a package is imported by, where they differ from the name it is installed by.
IMPORTED_AS = {
    "PyYAML": "yaml", "Pillow": "PIL", "python-docx": "docx", "beautifulsoup4": "bs4", "fonttools": "fontTools",
    "markdown-it-py": "markdown_it", "pdfminer.six": "pdfminer", "universal-pathlib": "upath", "XlsxWriter": "xlsxwriter",
    "zxing-cpp": "zxingcpp", "opencv-python-headless": "cv2",
    "chinesecalendar": "chinese_calendar",
}  # fmt: skip


def test_everything_imported_is_declared() -> None:
    declared_names = {IMPORTED_AS.get(each.name, each.name.replace("-", "_")).lower() for each in declared()}
    packages = {name[0] for path in modules() for name in source(path).imports}
    assert {name for name in packages - sys.stdlib_module_names - {"toolkit"} if name.lower() not in declared_names} == set()


# ---------------------------------------------------------------- the documentation


def test_the_documentation_builds_without_a_warning(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", str(tmp_path / "site")]
    environment = {**os.environ, "NO_MKDOCS_2_WARNING": "1"}
    built = subprocess.run(command, cwd=PROJECT, env=environment, capture_output=True, check=False)
    assert built.returncode == 0, built.stderr.decode("utf-8", "replace")
    assert (tmp_path / "site" / "clerk.html").read_text(encoding="utf-8").count("<img") >= 1


def test_the_picture_of_the_package_shows_every_folder() -> None:
    picture = (PROJECT / "docs" / "house.svg").read_text(encoding="utf-8")
    folders = {path.parent.relative_to(PROJECT / "toolkit").parts[0] for path in modules() if path.parent != PROJECT / "toolkit"}
    assert folders == set(re.search(r"<title>(.*)</title>", picture).group(1).split())  # type: ignore[union-attr]
