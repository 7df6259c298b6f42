"""Open the form; wait for a key when it could not be opened, so that the reason can be read before the window closes."""

import os
import subprocess
import sys
from pathlib import Path

FOLDER = None


def main():
    """Open the form on the working folder; its exit code."""
    if FOLDER:
        Path(FOLDER).mkdir(parents=True, exist_ok=True)
        os.chdir(FOLDER)
    code = subprocess.run([sys.executable, "-m", "toolkit", "lab", *sys.argv[1:]], check=False).returncode
    if code not in (0, 130) and sys.stdin and sys.stdin.isatty():
        input("按回车键关闭这个窗口。")
    return code


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
