"""Choose and download the wheels of one platform: what the package needs there, as ``requirements.lock`` pins it.

In: a target (platform and Python versions), the lock, the wheel of nianbao itself. Out: a folder of wheels, and for each
Python version the list of requirements with hashes that installs them without an index. ``pip download`` evaluates markers
for the machine it runs on, so the closure is computed here, from the metadata inside the wheels, for the machine of the target.
"""

from __future__ import annotations

import email
import hashlib
import re
import subprocess
import sys
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from packaging.markers import Marker
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name, parse_wheel_filename

PYTHONS = ("3.11", "3.12", "3.13", "3.14")
GLIBC = tuple(range(17, 29))  # manylinux2014 to 2.28: Kylin V10, UOS 20, Debian 10, RHEL 8 and newer
PIN = re.compile(
    r"^(?P<name>[A-Za-z0-9._-]+)==(?P<version>[^ \\;]+)(?: ; (?P<marker>[^\\]+))?[^\n]*(?P<hashes>(?:\n {4}--hash.*)*)",
    re.MULTILINE,
)


@dataclass(frozen=True)
class Target:
    """A platform as pip and as environment markers name it."""

    name: str
    tags: tuple[str, ...]
    system: str
    machine: str
    extras: tuple[str, ...]

    @property
    def is_windows(self) -> bool:
        return self.system == "Windows"

    def environment(self, python: str) -> dict[str, str]:
        """The values that markers are evaluated with (PEP 508)."""
        os_name, sys_platform = ("nt", "win32") if self.is_windows else ("posix", "linux")
        return {
            "implementation_name": "cpython", "implementation_version": f"{python}.0", "os_name": os_name,
            "platform_machine": self.machine, "platform_python_implementation": "CPython", "platform_release": "",
            "platform_system": self.system, "platform_version": "", "python_full_version": f"{python}.0",
            "python_version": python, "sys_platform": sys_platform, "extra": "",
        }  # fmt: skip


def _linux(machine: str) -> Target:
    tags = (*(f"manylinux_2_{minor}_{machine}" for minor in GLIBC), f"manylinux2014_{machine}", f"linux_{machine}")
    return Target(f"linux_{machine}", tags, "Linux", machine, ("all", "hub"))


TARGETS = {
    target.name: target
    for target in (Target("win_amd64", ("win_amd64",), "Windows", "AMD64", ("all",)), _linux("x86_64"), _linux("aarch64"))
}


@dataclass(frozen=True)
class Pin:
    """One package of the lock."""

    name: str
    version: str
    marker: str | None
    hashes: tuple[str, ...]

    def line(self) -> str:
        """A line of a requirements file."""
        return " ".join((f"{self.name}=={self.version}", *(f"--hash=sha256:{each}" for each in self.hashes)))

    def applies(self, environment: dict[str, str]) -> bool:
        return self.marker is None or Marker(self.marker).evaluate(environment)


def read_lock(text: str) -> dict[str, Pin]:
    """The pins of a ``requirements.lock``, by canonical name."""
    pins = {}
    for match in PIN.finditer(text):
        hashes = tuple(re.findall(r"--hash=sha256:([0-9a-f]{64})", match["hashes"]))
        pins[canonicalize_name(match["name"])] = Pin(match["name"], match["version"], match["marker"], hashes)
    return pins


def collect_wheels(
    target: Target, pins: dict[str, Pin], own: Path, folder: Path, pythons: Sequence[str] = PYTHONS
) -> dict[str, str]:
    """Download the wheels that nianbao needs on a platform into ``folder``.

    Returns:
        For each Python version the text of its requirements file; every package in it has the hash of the one wheel that fits.

    Raises:
        LookupError: a package is not in the lock.
        subprocess.CalledProcessError: a package has no wheel for the platform.
    """
    return {python: _requirements(target, pins, own, folder, python) for python in pythons}


def _requirements(target: Target, pins: dict[str, Pin], own: Path, folder: Path, python: str) -> str:
    environment = target.environment(python)
    names, wheels = set(), {canonicalize_name("nianbao"): own}
    needs = set(_needs(own, target.extras, environment))
    while new := needs - names:
        new = {need for need in new if need[0] in wheels} or new  # first what needs no download
        names |= new
        missing = sorted({name for name, _ in new} - wheels.keys())
        absent = [name for name in missing if name not in pins or not pins[name].applies(environment)]
        if absent:
            raise LookupError(f"{target.name}, Python {python}: not in requirements.lock: {', '.join(absent)}")
        wheels |= _download(target, python, [pins[name] for name in missing], folder)
        needs |= {need for name, extras in new for need in _needs(wheels[name], extras, environment)}
    return "".join(f"{pins_line(name, path)}\n" for name, path in sorted(wheels.items()))


def pins_line(name: str, wheel: Path) -> str:
    """The line of a requirements file that accepts this one wheel."""
    version = parse_wheel_filename(wheel.name)[1]
    return f"{name}=={version} --hash=sha256:{hashlib.sha256(wheel.read_bytes()).hexdigest()}"


def _download(target: Target, python: str, pins: Sequence[Pin], folder: Path) -> dict[str, Path]:
    """Download wheels with their hashes checked; wheels that lie in the folder already are taken from there."""
    if not pins:
        return {}
    asked = folder / "requirements.tmp"
    asked.write_text("".join(f"{pin.line()}\n" for pin in pins), encoding="utf-8")
    abi = f"cp{python.replace('.', '')}"
    command = [
        sys.executable, "-m", "pip", "download", "-qq", "--no-deps", "--only-binary=:all:", "--require-hashes",
        "--requirement", asked, "--dest", folder, "--find-links", folder, "--python-version", python, "--implementation", "cp",
        *(word for each in (abi, "abi3", "none") for word in ("--abi", each)),
        *(word for tag in target.tags for word in ("--platform", tag)),
    ]  # fmt: skip
    try:
        subprocess.run([str(word) for word in command], check=True)
    finally:
        asked.unlink()
    return {canonicalize_name(pin.name): _best_wheel(pin, folder, python, target) for pin in pins}


def _best_wheel(pin: Pin, folder: Path, python: str, target: Target) -> Path:
    """The wheel in a folder that an installation with this Python takes.

    Raises:
        LookupError: no wheel of this version fits.
    """
    from packaging.tags import compatible_tags, cpython_tags

    version = tuple(int(part) for part in python.split("."))
    platforms = [*reversed(target.tags[:-1]), target.tags[-1]]
    order = [
        *cpython_tags(version, [f"cp{version[0]}{version[1]}"], platforms),
        *compatible_tags(version, f"cp{version[0]}{version[1]}", platforms),
    ]
    rank = {tag: place for place, tag in enumerate(order)}
    fitting = []
    for path in folder.glob("*.whl"):
        name, found, _, tags = parse_wheel_filename(path.name)
        if name == canonicalize_name(pin.name) and str(found) == pin.version and any(tag in rank for tag in tags):
            fitting.append((min(rank[tag] for tag in tags if tag in rank), path))
    if not fitting:
        raise LookupError(f"{pin.name} {pin.version}: no wheel for {target.name}, Python {python}")
    return min(fitting)[1]


def _needs(wheel: Path, extras: Iterable[str], environment: dict[str, str]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """What a wheel requires on a platform: canonical names, each with the extras it is required with."""
    with zipfile.ZipFile(wheel) as packed:
        metadata = next(name for name in packed.namelist() if re.fullmatch(r"[^/]+\.dist-info/METADATA", name))
        headers = email.message_from_bytes(packed.read(metadata))
    for line in headers.get_all("Requires-Dist", []):
        requirement = Requirement(line)
        cases = [{**environment, "extra": extra} for extra in ("", *extras)]
        if requirement.marker is None or any(requirement.marker.evaluate(case) for case in cases):
            yield canonicalize_name(requirement.name), tuple(sorted(requirement.extras))
