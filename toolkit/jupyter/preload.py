"""Import what the form needs when a kernel starts, while the browser is still loading the page.

IPython runs the file that ``PYTHONSTARTUP`` names in every kernel; ``nianbao lab`` names this one. The cells of the notebook
import the same modules, so a failure here costs only time.
"""

import contextlib

with contextlib.suppress(Exception):
    import toolkit.jupyter.form_notebook  # noqa: F401
