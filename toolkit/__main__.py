"""Where the command ``nianbao`` and ``python -m toolkit`` begin: what is imported takes a moment, and Ctrl+C may come then."""

from __future__ import annotations

import sys

from toolkit.core.machine import restart_in_utf8


def main() -> None:
    restart_in_utf8()
    try:
        from toolkit import cli
    except KeyboardInterrupt:
        print("已停止。", file=sys.stderr)
        sys.exit(130)
    cli.main()


if __name__ == "__main__":
    main()
