"""Make the offline bundles: ``python -m deploy.bundle.make [--target NAME]… [--python 3.13]… [--out dist]``, or ``make bundle``.

In: the checkout and ``requirements.lock``. Out: one ZIP for each platform, with the wheels, their hashes, the install and start
scripts and a README. The same wheels give the same bytes: times of files are those of the newest commit.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock
from packaging.utils import parse_wheel_filename

from deploy.bundle.wheels import PYTHONS, TARGETS, Target, collect_wheels, read_lock

HERE = Path(__file__).resolve().parent
PROJECT = HERE.parents[1]
EXECUTABLE = {"install.sh"}
WINDOWS_FILES = ("安装.bat", "shortcut.py", "nianbao.ico")
LINUX_FILES = ("install.sh", "nianbao.png")
COMMON_FILES = ("install.py", "installing.py", "start.py", "先读我.txt")

WINDOWS_SERVICES, LINUX_SERVICES = ("deploy/windows",), ("deploy/jupyterhub", "deploy/systemd")


@dataclass(frozen=True)
class Entry:
    """One file of a bundle."""

    name: str
    data: bytes
    executable: bool = False


def main(words: Sequence[str] | None = None) -> None:
    """Make the bundles that the command line asks for, and print where each is and how large."""
    parser = argparse.ArgumentParser(prog="make bundle", description=__doc__.splitlines()[0])
    parser.add_argument("--target", action="append", choices=sorted(TARGETS))
    parser.add_argument("--python", action="append", choices=PYTHONS)
    parser.add_argument("--out", type=Path, default=PROJECT / "dist")
    options = parser.parse_args(words)
    options.out.mkdir(parents=True, exist_ok=True)
    for name in options.target or TARGETS:
        path = make_bundle(TARGETS[name], options.out, options.python or PYTHONS)
        print(f"{path}  {path.stat().st_size / 1e6:.0f} MB")


def make_bundle(target: Target, out: Path, pythons: Sequence[str] = PYTHONS) -> Path:
    """Make the bundle of one platform; its path.

    Raises:
        LookupError, subprocess.CalledProcessError: a package is not in the lock, or has no wheel for the platform.
    """
    cache = PROJECT / "build" / "bundle" / target.name
    cache.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, FileLock(cache.with_suffix(".lock")):
        own = build_own_wheel(Path(folder))
        pins = read_lock((PROJECT / "requirements.lock").read_text(encoding="utf-8"))
        requirements = collect_wheels(target, pins, own, cache, pythons)
        wheels = [own, download_pip(cache), *_wheels_of(requirements, cache)]
        version = str(parse_wheel_filename(own.name)[1])
        entries = [
            *entries_of(target, version, requirements),
            *(Entry(f"wheels/{path.name}", path.read_bytes()) for path in wheels),
        ]
    path = out / f"nianbao-{version}-{target.name}.zip"
    write_zip(path, path.stem, entries, _commit_time())
    return path


def build_own_wheel(folder: Path) -> Path:
    """Build the wheel of this checkout into a folder."""
    command = [sys.executable, "-m", "pip", "wheel", "-qq", "--no-deps", "--no-build-isolation", "-w", str(folder), str(PROJECT)]
    subprocess.run(command, check=True, env={**os.environ, "SOURCE_DATE_EPOCH": str(int(_commit_time().timestamp()))})
    return next(folder.glob("nianbao-*.whl"))


def download_pip(cache: Path) -> Path:
    """Download the pip that installs the bundle: Debian's Python comes without one."""
    command = [sys.executable, "-m", "pip", "download", "-qq", "--no-deps", "--require-hashes", "--only-binary=:all:"]
    subprocess.run([*command, "--dest", str(cache), "--find-links", str(cache), "-r", str(HERE / "pip.txt")], check=True)
    return next(cache.glob("pip-*.whl"))


def _wheels_of(requirements: dict[str, str], cache: Path) -> list[Path]:
    """The wheels whose hashes the requirements name."""
    digests = {line.rpartition("sha256:")[2] for text in requirements.values() for line in text.splitlines()}
    return sorted(path for path in cache.glob("*.whl") if hashlib.sha256(path.read_bytes()).hexdigest() in digests)


def entries_of(target: Target, version: str, requirements: dict[str, str]) -> Iterator[Entry]:
    """Everything but the wheels."""
    machine = {"AMD64": "x86_64"}.get(target.machine, target.machine)
    about = {"version": version, "system": target.system, "machine": machine, "pythons": list(requirements)}
    yield Entry("bundle.json", (json.dumps(about, indent=1) + "\n").encode())
    for python, text in requirements.items():
        yield Entry(f"requirements-{python}.txt", text.encode())
    for name in (*COMMON_FILES, *(WINDOWS_FILES if target.is_windows else LINUX_FILES)):
        yield Entry(name, _as_read_there(HERE / name, target), name in EXECUTABLE)
    for folder in WINDOWS_SERVICES if target.is_windows else LINUX_SERVICES:
        for path in sorted((PROJECT / folder).rglob("*")):
            if path.is_file() and not {"node_modules", "__pycache__"} & set(path.parts):
                yield Entry(path.relative_to(PROJECT).as_posix(), path.read_bytes())


def _as_read_there(path: Path, target: Target) -> bytes:
    """A file as the platform reads it: cmd.exe takes batch files in GBK, the editor of old Windows wants CRLF and a mark."""
    if not target.is_windows or path.suffix not in (".bat", ".txt"):
        return path.read_bytes()
    text = path.read_text(encoding="utf-8").replace("\n", "\r\n")
    return text.encode("gbk" if path.suffix == ".bat" else "utf-8-sig")


def write_zip(path: Path, folder: str, entries: Sequence[Entry], time: datetime) -> None:
    """Write a ZIP in which every file lies below ``folder``, with SHA256SUMS of all."""
    sums = "".join(f"{hashlib.sha256(entry.data).hexdigest()}  {entry.name}\n" for entry in entries)
    half = path.with_suffix(".tmp")
    with zipfile.ZipFile(half, "w") as packed:
        for entry in [*entries, Entry("SHA256SUMS", sums.encode())]:
            info = zipfile.ZipInfo(f"{folder}/{entry.name}", time.timetuple()[:6])
            info.create_system = 3  # with rights of POSIX; Windows takes no notice
            info.external_attr = (0o100755 if entry.executable else 0o100644) << 16
            stored = entry.name.endswith((".whl", ".png"))
            info.compress_type = zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED
            packed.writestr(info, entry.data)
    half.replace(path)


def _commit_time() -> datetime:
    output = subprocess.run(["git", "log", "-1", "--format=%ct"], cwd=PROJECT, capture_output=True, text=True, check=False).stdout
    return datetime.fromtimestamp(int(output), UTC) if output.strip() else datetime(2026, 1, 1, tzinfo=UTC)


if __name__ == "__main__":
    main()
