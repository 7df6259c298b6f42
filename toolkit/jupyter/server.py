"""Run the server of JupyterLab that ``nianbao lab`` starts: ``python -m toolkit.jupyter.server`` with JupyterLab's options.

The server is imported without the grammars of internationalised addresses (``rfc3987_syntax``) that jsonschema looks for:
building them is half of all that the server does before it listens, and none of its schemas has such an address.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping

from toolkit.engine.imports import import_jsonschema

PROVIDERS = ("IdentityProvider", "PasswordIdentityProvider")  # a setting of the subclass comes before one of its base


def main() -> None:
    """Serve until the process is stopped."""
    import_jupyterlab()
    from jupyterlab.labapp import main as serve

    sys.exit(serve([*sys.argv[1:], *token_option(os.environ)]))


def import_jupyterlab() -> None:
    """Import the parts of JupyterLab that would be slow to import: with Node.js installed it asks that for settings of yarn."""
    import_jsonschema()
    from jupyterlab import commands

    commands._yarn_config = lambda _: {"yarn config": {}, "npm config": {}}  # of builds of JupyterLab, and none is made here


def token_option(variables: Mapping[str, str]) -> list[str]:
    """The token of this start as an option of the process itself, where ``ps`` does not show it.

    A token or password in the person's own settings would come before the variable, and ``nianbao lab`` would wait in vain.
    """
    token = variables.get("JUPYTER_TOKEN", "")
    return [f"--{provider}.token={token}" for provider in PROVIDERS] if token else []


if __name__ == "__main__":
    main()
