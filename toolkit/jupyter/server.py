"""Run the server of JupyterLab that ``nianbao lab`` starts: ``python -m toolkit.jupyter.server`` with JupyterLab's options.

The server is imported without the grammars of internationalised addresses (``rfc3987_syntax``) that jsonschema looks for:
building them is half of all that the server does before it listens, and none of its schemas has such an address.
"""

from __future__ import annotations

import sys

from toolkit.engine.imports import import_jsonschema


def main() -> None:
    """Serve until the process is stopped."""
    import_jsonschema()
    from jupyterlab.labapp import main as serve

    sys.exit(serve())


if __name__ == "__main__":
    main()
