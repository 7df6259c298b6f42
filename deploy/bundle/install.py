# -*- coding: utf-8 -*-
"""Start the installation: `install.sh` and `安装.bat` run this file, and so may anyone with any Python.

Pythons from 2.6 on can read it. One that is too old is refused with a sentence; the installation itself is in installing.py.
"""

from __future__ import unicode_literals

import sys

LEAST_PYTHON = (3, 11)


def say(text):
    """Print Chinese in the encoding of the screen, which Python 2 does not do when the output is a pipe."""
    import locale

    encoding = sys.stderr.encoding or locale.getpreferredencoding() or "utf-8"
    if "没".encode(encoding, "replace") == b"?":  # the locale C, on a screen that shows UTF-8
        encoding = "utf-8"
    getattr(sys.stderr, "buffer", sys.stderr).write((text + "\n").encode(encoding, "replace"))
    sys.stderr.flush()


def refusal(version, program):
    """Why this Python cannot install, and what to do."""
    return (
        "没有装成：现在运行的是 Python %s（%s），需要 Python 3.11 或更高的版本（64 位）。\n"
        "已经装了新版本的，用它运行这个文件，如：python3.11 install.py（Windows：py -3.11 install.py）；"
        "没有装的，Windows 请从 python.org 的安装程序安装，Linux 请管理员从系统光盘或内网软件源安装 python3.11。"
    ) % (".".join(str(part) for part in version[:3]), program)


if __name__ == "__main__":
    if sys.version_info[:2] < LEAST_PYTHON:
        say(refusal(sys.version_info, sys.executable))
        sys.exit(2)
    from installing import main

    sys.exit(main())
