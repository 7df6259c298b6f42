"""The offline bundle: the right wheels for each platform, whole and with hashes, and scripts that install them without an index.

The wheels of the fast tests are tiny ones made here, installed by the real pip; the sweep makes the real bundle and installs it
in a network namespace without a network.
"""

from __future__ import annotations

import ast
import hashlib
import os
import platform
import re
import shutil
import subprocess
import sys
import zipfile
from datetime import UTC, datetime
from functools import cache
from importlib.metadata import version
from importlib.util import cache_from_source
from io import BytesIO
from pathlib import Path

import pip
import pytest

from deploy.bundle import install, installing
from deploy.bundle.make import PROJECT, Entry, entries_of, make_bundle, write_zip
from deploy.bundle.wheels import PYTHONS, TARGETS, Pin, collect_wheels, read_lock
from tests.shared_folder import shared_folder

LOCK = (PROJECT / "requirements.lock").read_text(encoding="utf-8")
PYTHON = f"{sys.version_info[0]}.{sys.version_info[1]}"
WINDOWS, LINUX = TARGETS["win_amd64"], TARGETS["linux_x86_64"]
PROGRAM = "import sys, pathlib\nfolder = pathlib.Path(sys.argv[2])\nfolder.mkdir(exist_ok=True)\n(folder / 'desk').touch()\n"
PROGRAM += "print('Next: nianbao lab')\n"


def tiny_wheel(
    folder: Path, name: str, number: str, tag: str = "py3-none-any", requires: tuple[str, ...] = (), code: str = ""
) -> Path:
    """A wheel with one module and its metadata."""
    info, module = f"{name}-{number}.dist-info", "toolkit" if name == "nianbao" else name
    headers = f"Metadata-Version: 2.1\nName: {name}\nVersion: {number}\n" + "".join(
        f"Requires-Dist: {line}\n" for line in requires
    )
    files = {
        f"{module}/__init__.py": "", f"{module}/__main__.py": code, f"{info}/METADATA": headers,
        f"{info}/WHEEL": f"Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: {tag}\n",
    }  # fmt: skip
    record = "".join(f"{path},,\n" for path in (*files, f"{info}/RECORD"))
    path = folder / f"{name}-{number}-{tag}.whl"
    with zipfile.ZipFile(path, "w") as packed:
        for at, text in {**files, f"{info}/RECORD": record}.items():
            packed.writestr(at, text)
    return path


def pin_of(wheel: Path, *, marker: str | None = None) -> Pin:
    name, number = wheel.name.split("-")[:2]
    return Pin(name, number, marker, (hashlib.sha256(wheel.read_bytes()).hexdigest(),))


# ---------------------------------------------------------------- which wheels


def test_the_whole_lock_is_read() -> None:
    pins = read_lock(LOCK)
    assert len(pins) == len(re.findall(r"^\S+==", LOCK, re.MULTILINE))
    assert all(pin.hashes for pin in pins.values())
    assert not pins["pywinpty"].applies(LINUX.environment("3.13"))
    assert pins["pywinpty"].applies(WINDOWS.environment("3.13"))
    assert pins["importlib-metadata"].applies(WINDOWS.environment("3.11"))


@pytest.fixture
def only_tiny_wheels(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of wheels that is the only source of pip."""
    shelf = tmp_path / "shelf"
    shelf.mkdir()
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(shelf))
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    return shelf


def test_what_a_platform_needs_is_followed_through_markers_and_extras_of_that_platform(
    only_tiny_wheels: Path, tmp_path: Path
) -> None:
    shelf = only_tiny_wheels
    requires = (
        "base", 'form; extra == "lab"', 'nianbao[lab]; extra == "all"', 'never; extra == "dev"',
        'winonly; sys_platform == "win32" and extra == "all"',
    )  # fmt: skip
    own = tiny_wheel(tmp_path, "nianbao", "1.0", requires=requires)
    wheels = [
        tiny_wheel(shelf, "base", "1.0", "cp313-cp313-win_amd64"),
        tiny_wheel(shelf, "base", "1.0", "cp313-cp313-manylinux_2_28_x86_64"),
        tiny_wheel(shelf, "form", "2.0", requires=('deep; platform_system == "Windows"',)),
        tiny_wheel(shelf, "deep", "3.0"),
        tiny_wheel(shelf, "winonly", "1.0"),
    ]
    pins = {pin.name: pin for pin in map(pin_of, wheels)}
    pins["base"] = Pin("base", "1.0", None, tuple(pin_of(wheel).hashes[0] for wheel in wheels[:2]))
    names = {}
    for target in (WINDOWS, LINUX):
        folder = tmp_path / target.name
        folder.mkdir()
        texts = collect_wheels(target, pins, own, folder, ["3.13"])
        names[target.name] = [line.split("==")[0] for line in texts["3.13"].splitlines()]
        assert len(list(folder.glob("base-*.whl"))) == 1
    assert names == {
        "win_amd64": ["base", "deep", "form", "nianbao", "winonly"],
        "linux_x86_64": ["base", "form", "nianbao"],
    }
    with pytest.raises(LookupError, match=r"Python 3\.13: not in requirements\.lock: form"):
        collect_wheels(LINUX, {name: pin for name, pin in pins.items() if name != "form"}, own, tmp_path / LINUX.name, ["3.13"])


def test_a_package_without_a_wheel_for_the_platform_stops_the_bundle(only_tiny_wheels: Path, tmp_path: Path) -> None:
    own = tiny_wheel(tmp_path, "nianbao", "1.0", requires=("base",))
    pins = {"base": pin_of(tiny_wheel(only_tiny_wheels, "base", "1.0", "cp313-cp313-win_amd64"))}
    with pytest.raises(subprocess.CalledProcessError):
        collect_wheels(LINUX, pins, own, tmp_path, ["3.13"])


# ---------------------------------------------------------------- what is in the ZIP


@pytest.mark.parametrize("target", TARGETS.values(), ids=TARGETS)
def test_the_zip_has_scripts_as_the_platform_reads_them_and_the_hash_of_every_file(target: object, tmp_path: Path) -> None:
    path, time = tmp_path / "x.zip", datetime(2026, 11, 28, tzinfo=UTC)
    entries = [*entries_of(target, "1.0", {"3.13": "base==1.0\n"}), Entry("wheels/base.whl", b"wheel")]
    write_zip(path, "nianbao-1.0", entries, time)
    first = path.read_bytes()
    write_zip(path, "nianbao-1.0", entries, time)
    assert path.read_bytes() == first, "the same content gives the same bytes"
    with zipfile.ZipFile(path) as packed:
        assert all(name.startswith("nianbao-1.0/") for name in packed.namelist())
        files = {name.partition("/")[2]: packed.read(name) for name in packed.namelist()}
        rights = {info.filename.partition("/")[2]: info.external_attr >> 16 for info in packed.infolist()}
    sums = dict(line.split("  ", 1)[::-1] for line in files["SHA256SUMS"].decode("utf-8").splitlines())
    assert sums == {name: hashlib.sha256(data).hexdigest() for name, data in files.items() if name != "SHA256SUMS"}
    if target.is_windows:  # type: ignore[attr-defined]
        assert "没有找到 Python" in files["安装.bat"].decode("gbk")
        assert files["安装.bat"].count(b"\n") == files["安装.bat"].count(b"\r\n")
        assert {"shortcut.py", "nianbao.ico", "deploy/windows/收件.xml"} < files.keys()
    else:
        assert rights["install.sh"] == 0o100755
        assert b"\r" not in files["install.sh"]
        assert {"deploy/jupyterhub/setup.sh", "deploy/systemd/nianbao-collect.timer"} < files.keys()
    assert not [name for name in files if "node_modules" in name]
    assert files["先读我.txt"].decode("utf-8-sig").startswith("政府信息公开工作年度报告")


def test_the_makefile_makes_the_bundles() -> None:
    makefile = (PROJECT / "Makefile").read_text(encoding="utf-8")
    assert re.search(r"^bundle:.*  ## \S.* / .*\S$", makefile, re.MULTILINE)
    assert "python -m deploy.bundle.make" in makefile


# ---------------------------------------------------------------- the install script


@cache
def pip_wheel() -> bytes:
    """The pip of this environment, packed as a wheel again, with its compiled modules: each installation would compile them."""
    package = Path(pip.__file__).parent
    info = next(package.parent.glob("pip-*.dist-info"))
    whole = BytesIO()
    with zipfile.ZipFile(whole, "w") as packed:
        inside = (path for kind in ("*.p[ey]m", "*.py", "*.json", "*.txt") for path in package.rglob(kind))
        for path in (*inside, *info.rglob("*")):
            packed.write(path, path.relative_to(package.parent))
            compiled = Path(cache_from_source(str(path)))
            if path.suffix == ".py" and compiled.is_file():
                packed.write(compiled, path.relative_to(package.parent).with_suffix(".pyc"))
    return whole.getvalue()


def unpacked_bundle(folder: Path, number: str) -> Path:
    """A bundle with a tiny nianbao for this machine, as unpacked by a person."""
    shelf = folder / f"made-{number}"
    shelf.mkdir(parents=True)
    base = tiny_wheel(shelf, "base", "1.0")
    own = tiny_wheel(shelf, "nianbao", number, requires=("base",), code=PROGRAM)
    (shelf / f"pip-{version('pip')}-py3-none-any.whl").write_bytes(pip_wheel())
    target = TARGETS[f"linux_{platform.machine()}"]
    lines = "".join(f"{pin_of(wheel).line()}\n" for wheel in (base, own))
    entries = [
        *entries_of(target, number, dict.fromkeys(PYTHONS, lines)),
        *(Entry(f"wheels/{path.name}", path.read_bytes()) for path in shelf.iterdir()),
    ]
    write_zip(folder / "bundle.zip", f"nianbao-{number}", entries, datetime(2026, 1, 1, tzinfo=UTC))
    with zipfile.ZipFile(folder / "bundle.zip") as packed:
        packed.extractall(folder)
    return folder / f"nianbao-{number}"


def python_for_all() -> str:
    """A Python that a bundle may be installed with: root is refused one that others cannot run."""
    known = (sys.executable, *(f"/usr/bin/python{number}" for number in PYTHONS))
    return next(path for path in known if Path(path).exists() and installing._others_can_run(Path(os.path.realpath(path))))


def run_install(bundle: Path, home: Path, *words: str) -> subprocess.CompletedProcess[str]:
    home.mkdir(exist_ok=True)
    environment = {
        "HOME": str(home),
        "PATH": os.environ["PATH"],
        "PYTHON": python_for_all(),
        "PIP_NO_SUCH": "x",
        "PYTHONPATH": "nowhere",
    }
    where = ("--to", str(home / "程 序"), "--folder", str(home / "年 报"))
    words = words if os.geteuid() else (*words, "--no-icon")
    command = ["sh", str(bundle / "install.sh"), *where, *words]
    return subprocess.run(command, env=environment, capture_output=True, encoding="utf-8", cwd=home, timeout=200)


@pytest.mark.posix_only
def test_versions_are_installed_side_by_side_and_an_interrupted_installation_is_made_again(tmp_path: Path) -> None:
    home = tmp_path / "家"
    (home / "桌面").mkdir(parents=True)
    bundle = unpacked_bundle(tmp_path, "1.0")
    ended = run_install(bundle, home)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert "装好了：nianbao 1.0" in ended.stdout
    assert "nianbao lab" not in ended.stdout, "a clerk reads where the icon is, not what init says"
    program = home / "程 序"
    assert (home / "年 报" / "desk").is_file()
    assert (program / "current").resolve() == program / "1.0"
    assert os.access(program / "填报年报.sh", os.X_OK)
    assert '"$@"' in (program / "填报年报.sh").read_text(encoding="utf-8"), "填报年报.sh 云溪县/望江镇 opens that organ"
    if os.geteuid():  # root's icon is for the menu of everybody
        assert "双击桌面上的" in ended.stdout
        assert str(program / "填报年报.sh") in (home / "桌面" / "填报年报.desktop").read_text(encoding="utf-8")
    (program / "1.0" / installing.COMPLETE).unlink()
    (program / "1.0" / "half").touch()
    assert run_install(bundle, home).returncode == 0
    assert not (program / "1.0" / "half").exists()
    (home / "年 报" / "自己的").touch()
    upgraded = run_install(unpacked_bundle(tmp_path, "1.1"), home)
    assert "原来的版本还在" in upgraded.stdout
    assert (program / "current").resolve() == program / "1.1"
    assert (program / "1.0" / "bin" / "python").exists(), "a form that is open goes on with it"
    assert (home / "年 报" / "自己的").exists()


def test_an_environment_whose_form_is_open_stays_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Windows deletes no program that runs: what could be deleted beside it would be missing to the form."""
    environment = tmp_path / "1.0"
    module = environment / "Lib" / "module.py"
    for path in (module, installing.python_of(environment)):
        path.parent.mkdir(parents=True)
        path.touch()

    def refuse(path: Path, **_: object) -> None:
        raise PermissionError(13, "拒绝访问。", str(path))

    monkeypatch.setattr(Path, "unlink", refuse)
    monkeypatch.setattr(installing, "refuse_without_venv", lambda: None)  # the embeddable Python has none
    with pytest.raises(installing.CannotInstall, match=r"还开着.*Ctrl\+C.*再运行一次"):
        installing.install({"version": "1.0"}, tmp_path)
    monkeypatch.undo()
    assert module.exists()
    installing._remove(environment)
    assert not environment.exists()


@pytest.mark.posix_only
def test_a_damaged_file_and_a_missing_one_are_named(tmp_path: Path) -> None:
    bundle = unpacked_bundle(tmp_path, "1.0")
    wheel = next((bundle / "wheels").glob("base-*"))
    wheel.write_bytes(wheel.read_bytes()[:-1])
    with pytest.raises(installing.CannotInstall, match=r"wheels/base-1\.0.* 已损坏"):
        installing.refuse_damaged_files(bundle)
    wheel.unlink()
    with pytest.raises(installing.CannotInstall, match="整个解压"):
        installing.refuse_damaged_files(bundle)


WRONG = [
    ({"pythons": ["3.99"]}, "用于 Python 3.99，现在运行的是"),
    ({"machine": "x86_64" if platform.machine() in ("aarch64", "arm64") else "aarch64"}, "本机是"),
    ({"system": "Plan 9"}, "用于 Plan 9"),
]


@pytest.mark.parametrize(("change", "sentence"), WRONG, ids=["python", "processor", "system"])
def test_a_bundle_of_another_machine_is_refused(change: dict[str, object], sentence: str) -> None:
    machine = installing.MACHINES.get(platform.machine().lower(), platform.machine())
    here = {"version": "1.0", "system": platform.system(), "machine": machine, "pythons": [PYTHON]}
    with pytest.raises(installing.CannotInstall, match=sentence):
        installing.refuse_wrong_machine({**here, **change})


@pytest.mark.posix_only
def test_without_a_python_that_is_new_enough_the_script_says_so(tmp_path: Path) -> None:
    old = tmp_path / "bin"
    old.mkdir()
    for name in ("sh", "dirname"):
        (old / name).symlink_to(str(shutil.which(name)))
    (old / "python3").write_text("#!/bin/sh\nexit 1\n", encoding="utf-8")
    (old / "python3").chmod(0o755)
    script = PROJECT / "deploy" / "bundle" / "install.sh"
    ended = subprocess.run([old / "sh", script], env={"PATH": str(old)}, capture_output=True, encoding="utf-8")
    assert ended.returncode == 2
    assert "没有找到 Python 3.11" in ended.stderr


def test_older_pythons_can_read_the_file_that_starts_the_installation() -> None:
    """Python 2.7 reads it too: tried by hand, since no Python of today parses as that does."""
    text = (PROJECT / "deploy" / "bundle" / "install.py").read_text(encoding="utf-8")
    assert text.startswith("# -*- coding: utf-8 -*-\n"), "Python 2 takes a file for ASCII otherwise"
    tree = ast.parse(text, feature_version=(3, 4))
    new = (ast.JoinedStr, ast.AnnAssign, ast.arg, ast.Starred, ast.NamedExpr, ast.Nonlocal)
    assert not [node for node in ast.walk(tree) if isinstance(node, new) and getattr(node, "annotation", node)]


@pytest.mark.parametrize("version", [(2, 7, 18), (3, 6, 15), (3, 10, 13)])
def test_an_older_python_is_named_with_what_is_needed(version: tuple[int, ...]) -> None:
    sentence = install.refusal(version, "/usr/bin/python")
    assert f"Python {'.'.join(map(str, version))}（/usr/bin/python），需要 Python 3.11 或更高" in sentence


# ---------------------------------------------------------------- the real one


@pytest.mark.sweep
@pytest.mark.needs_root
@pytest.mark.posix_only
@pytest.mark.timeout(1800)
def test_the_real_bundle_installs_without_a_network_and_builds_the_sample_county() -> None:
    """As an ordinary user, in a network namespace that has nothing but a loopback device that is down."""
    with shared_folder() as folder:
        install_and_build(folder)


def install_and_build(folder: Path) -> None:
    """Make the bundle of this machine in ``folder``, install it there as nobody, and build."""
    python = next(path for path in ("/usr/bin/python3.13", "/usr/bin/python3.12", "/usr/bin/python3.11") if Path(path).exists())
    number = python.removeprefix("/usr/bin/python")
    assert number in PYTHONS
    path = make_bundle(TARGETS[f"linux_{platform.machine()}"], folder, [number])
    with zipfile.ZipFile(path) as packed:
        packed.extractall(folder)
    home = folder / "home"
    home.mkdir()
    shutil.chown(home, "nobody")
    script = (
        f"sh '{folder / path.stem / 'install.sh'}' && cd '{home}/年报' && "
        f"'{home}/.local/share/nianbao/program/current/bin/nianbao' build params/2024/云溪县"
    )
    command = [
        "unshare",
        "-n",
        "runuser",
        "-u",
        "nobody",
        "--",
        "env",
        "-i",
        f"HOME={home}",
        f"PYTHON={python}",
        "PATH=/usr/bin:/bin",
    ]
    ended = subprocess.run([*command, "PYTHONUTF8=1", "sh", "-c", script], capture_output=True, encoding="utf-8")
    assert "完成 15 份，失败 0 份" in ended.stdout, ended.stdout + ended.stderr
