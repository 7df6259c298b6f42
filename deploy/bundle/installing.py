"""Install nianbao from this folder, without a network: install.py starts this with any Python >= 3.11.

In: the wheels beside this file. Out: a virtual environment below the program folder, one for each version; a working folder with
the notebooks and an invented county; a start script, and an icon on the desktop and in the menu. Running it again goes on
where it was interrupted. Another version gets its own environment: a form that is open goes on with the one it was started from.
"""

import argparse
import hashlib
import json
import os
import platform
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
WINDOWS = os.name == "nt"
COMPLETE = ".complete"
FREE_BYTES = 1500 << 20
MACHINES = {"amd64": "x86_64", "x86_64": "x86_64", "aarch64": "aarch64", "arm64": "aarch64"}


class CannotInstall(Exception):
    """A reason for the person in front of the screen, and what to do."""


def main(words=None):
    """Install; the exit code: 0 installed, 2 not."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    options = _options(words)
    try:
        with (HERE / "bundle.json").open(encoding="utf-8") as file:
            bundle = json.load(file)
        refuse_wrong_machine(bundle)
        refuse_damaged_files(HERE)
        environment = install(bundle, options.to, repair=options.repair)
        prepare_folder(environment, options.folder)
        starter = write_starter(environment, options.to, options.folder)
        icons = [] if options.no_icon else make_icons(environment, starter, options.to, options.folder)
    except CannotInstall as error:
        print(f"\n没有装成：{error}")
        return 2
    except OSError as error:
        what = error.filename or "文件"
        print(f"\n没有装成：{what} 读写出错（{error.strerror}）。请检查磁盘空间和权限，再运行一次。")
        return 2
    print("\n装好了：nianbao {}，在 {}".format(bundle["version"], environment))
    print(f"填报数据放在：{options.folder}")
    print(f"开始填报：{_where(icons, starter)}")
    return 0


def _where(icons, starter):
    if (WINDOWS and icons) or any(path.name == "填报年报.desktop" for path in icons):
        return "双击桌面上的“填报年报”"
    return f"在应用菜单里选“填报年报”，或运行 {starter}" if icons else f"运行 {starter}"


def _options(words):
    parser = argparse.ArgumentParser(description="离线安装年报工具", add_help=False)
    parser.add_argument("--help", "-h", action="help", help="显示这段说明")
    parser.add_argument("--to", type=Path, default=_program_folder(), help="程序放在哪个文件夹", metavar="DIR")
    parser.add_argument("--folder", type=Path, default=Path.home() / "年报", help="填报数据放在哪个文件夹", metavar="DIR")
    parser.add_argument("--repair", action="store_true", help="同一版本重新装一遍")
    parser.add_argument("--no-icon", action="store_true", help="桌面和菜单上不放图标")
    options = parser.parse_args(words)
    options.to, options.folder = Path(os.path.abspath(options.to)), Path(os.path.abspath(options.folder))
    return options


def _program_folder():
    if WINDOWS:
        return Path(os.environ.get("LOCALAPPDATA") or Path.home(), "nianbao")
    if os.geteuid() == 0:
        return Path("/opt/nianbao")
    return Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share", "nianbao", "program")


def refuse_wrong_machine(bundle):
    """Refuse a Python or a processor that the wheels are not for."""
    have = _python()
    names = "、".join(bundle["pythons"])
    if have not in bundle["pythons"]:
        raise CannotInstall(f"这个安装包用于 Python {names}，现在运行的是 Python {have}（{sys.executable}）。")
    if sys.maxsize < 1 << 32:
        raise CannotInstall("现在运行的是 32 位的 Python，请装 64 位的。")
    system, machine = platform.system(), MACHINES.get(platform.machine().lower(), platform.machine())
    if system != bundle["system"] or machine != bundle["machine"]:
        raise CannotInstall("这个安装包用于 {} {}，本机是 {} {}。".format(bundle["system"], bundle["machine"], system, machine))
    if not WINDOWS and os.geteuid() == 0 and not _others_can_run(Path(os.path.realpath(sys.executable))):
        raise CannotInstall(f"Python 在 {sys.executable}，别的用户运行不了。请用系统的 Python（如 /usr/bin/python3.11）安装。")


def _python():
    return f"{sys.version_info[0]}.{sys.version_info[1]}"


def _others_can_run(program):
    return all(path.stat().st_mode & 0o001 for path in (program, *program.parents))


def refuse_damaged_files(folder):
    """Compare every file of the bundle with SHA256SUMS."""
    sums = folder / "SHA256SUMS"
    for line in sums.read_text(encoding="utf-8").splitlines():
        digest, name = line.split("  ", 1)
        path = folder / name
        if not path.is_file():
            raise CannotInstall(f"缺少 {name}。请把安装包整个解压到一个文件夹，再运行一次。")
        if hashlib.sha256(path.read_bytes()).hexdigest() != digest:
            raise CannotInstall(f"{name} 已损坏（与 SHA256SUMS 不符）。请重新复制安装包。")


def install(bundle, program, repair=False):
    """Make the environment of this version, unless it is complete; its folder."""
    environment = program / bundle["version"]
    program.mkdir(parents=True, exist_ok=True)
    if repair or not (environment / COMPLETE).is_file():
        refuse_without_venv()
        if shutil.disk_usage(str(program)).free < FREE_BYTES:
            raise CannotInstall(f"{program} 所在的磁盘剩余不到 1.5 GB，请腾出空间。")
        if environment.exists():  # the installation before was interrupted, or is to be replaced
            _remove(environment)
        _install_wheels(environment)
    if not WINDOWS:
        _point_current(program, environment)
    _write_versions(program, bundle["version"])
    return environment


def _remove(environment):
    """Remove an environment completely or not at all: Windows cannot delete a running program, so its Python is deleted first."""
    try:
        python_of(environment).unlink(missing_ok=True)
    except OSError as error:
        raise CannotInstall("这个版本的填报表还开着。请在它的黑色窗口里按 Ctrl+C 结束，再运行一次。") from error
    (environment / COMPLETE).unlink(missing_ok=True)  # the next run starts again when another file cannot be deleted
    shutil.rmtree(str(environment))


def _install_wheels(environment):
    print(f"安装到 {environment}，约需一两分钟……", flush=True)
    _run([sys.executable, "-m", "venv", "--without-pip", environment], "建不了 Python 虚拟环境")
    (pip,) = (HERE / "wheels").glob("pip-*.whl")
    requirements = HERE / f"requirements-{_python()}.txt"
    command = [
        python_of(environment), pip / "pip", "install", "--quiet", "--no-index", "--find-links", HERE / "wheels",
        "--require-hashes", "--no-warn-script-location", "--disable-pip-version-check", "--requirement", requirements,
    ]  # fmt: skip
    _run(command, "软件包没有装上")
    (environment / COMPLETE).write_text("", encoding="utf-8")


def refuse_without_venv():
    """Refuse the embeddable Python of Windows, and a Debian Python without its standard library."""
    try:
        import venv  # noqa: F401
    except ImportError as error:
        raise CannotInstall(
            f"{sys.executable} 不完整，缺少 venv。Windows 请用 python.org 的安装程序，不用 embeddable 压缩包；"
            "Linux 请装 python3-venv。"
        ) from error


def python_of(environment):
    """The Python of an environment."""
    return environment / ("Scripts/python.exe" if WINDOWS else "bin/python")


def _run(command, complaint, stdout=None):
    # what a person has set for other programs (a proxy of pip, another Python's folder) must not count here
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PIP_", "PYTHON", "VIRTUAL_ENV", "CONDA_"))}
    kept.update(PIP_CONFIG_FILE=os.devnull, PYTHONNOUSERSITE="1")
    if not WINDOWS:  # there it would print Chinese in another encoding than the console's
        kept["PYTHONUTF8"] = "1"
    ended = subprocess.run([str(word) for word in command], env=kept, stdout=stdout, check=False)
    if ended.returncode:
        raise CannotInstall(f"{complaint}，原因见上面几行。")


def _point_current(program, environment):
    """Let `current` name the newest version: services and start scripts need not change at an upgrade."""
    link = program / "current.new"
    if link.is_symlink():
        link.unlink()
    link.symlink_to(environment.name)
    link.replace(program / "current")


def _write_versions(program, version):
    older = sorted(path.name for path in program.iterdir() if (path / COMPLETE).is_file() and path.name != version)
    older = [name for name in older if name != "current"]
    if older:
        names = "、".join(older)
        print(f"原来的版本还在（正开着的填报表可以填完）：{names}。不再用的，删去 {program} 中同名的文件夹即可。")


def prepare_folder(environment, folder):
    """Lay out the working folder; what is there already is left alone."""
    if WINDOWS or os.geteuid() != 0 or not folder.is_dir():
        # its next step is a command at a terminal; main names the icon
        _run([python_of(environment), "-m", "toolkit", "init", folder], "工作文件夹没有建好", stdout=subprocess.DEVNULL)


def write_starter(environment, program, folder):
    """Write the script that opens the form, and waits at its end so that what it says can be read."""
    text = (HERE / "start.py").read_text(encoding="utf-8")
    starter = program / "start.py"
    starter.write_text(text.replace("FOLDER = None", f"FOLDER = {str(folder)!r}"), encoding="utf-8")
    if WINDOWS:
        return starter
    script = program / "填报年报.sh"
    script.write_text('#!/bin/sh\nexec "{}" "{}" "$@"\n'.format(python_of(program / "current"), starter), encoding="utf-8")
    script.chmod(0o755)
    return script


def make_icons(environment, starter, program, folder):
    """Put an icon on the desktop and into the menu; the files made. Without them the form opens by the start script."""
    try:
        if WINDOWS:
            from shortcut import desktop_folders, write_shortcut

            shutil.copy2(str(HERE / "nianbao.ico"), str(program / "nianbao.ico"))
            made = [place / "填报年报.lnk" for place in desktop_folders()]
            for path in made:
                write_shortcut(path, python_of(environment), f'"{starter}"', folder, program / "nianbao.ico")
            return made
        return _desktop_entries(starter, program, folder)
    except (OSError, ImportError, subprocess.SubprocessError) as error:
        print(f"图标没有放上（{error}），不影响使用。")
        return []


def _desktop_entries(starter, program, folder):
    shutil.copy2(str(HERE / "nianbao.png"), str(program / "nianbao.png"))
    entry = (
        "[Desktop Entry]\nType=Application\nName=填报年报\nComment=政府信息公开工作年度报告\nTerminal=true\nCategories=Office;\n"
        'Exec="{}"\nPath={}\nIcon={}\n'.format(starter, folder, program / "nianbao.png")
    )
    if os.geteuid() == 0:
        places = [Path("/usr/share/applications")]
    else:
        data = Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share")
        places = [data / "applications", *_linux_desktop()]
    made = []
    for place in places:
        place.mkdir(parents=True, exist_ok=True)
        path = place / ("nianbao.desktop" if place.name == "applications" else "填报年报.desktop")
        path.write_text(entry, encoding="utf-8")
        path.chmod(0o755)
        made.append(path)
    return made


def _linux_desktop():
    """The desktop folder of the person, where there is one."""
    if shutil.which("xdg-user-dir"):
        named = subprocess.run(["xdg-user-dir", "DESKTOP"], stdout=subprocess.PIPE, encoding="utf-8", check=False).stdout.strip()
        if named and Path(named).is_dir() and Path(named) != Path.home():
            return [Path(named)]
    return [path for path in (Path.home() / "桌面", Path.home() / "Desktop") if path.is_dir()][:1]
