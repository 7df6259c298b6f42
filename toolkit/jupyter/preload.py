"""Import what the form or the register needs when a kernel starts, while the browser is still loading the page.

IPython runs the file that ``PYTHONSTARTUP`` names in every kernel; ``nianbao lab`` names this one. The cells of the notebook
import the same modules, so a failure here costs only time.
"""

import contextlib
import os

with contextlib.suppress(Exception):
    if "request_register" in os.environ.get("JPY_SESSION_NAME", ""):  # the notebook, as the server names it
        import toolkit.jupyter.register_notebook
    else:
        import toolkit.jupyter.form_notebook  # noqa: F401
