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
        import toolkit.core.tree
        import toolkit.jupyter.form_notebook

        if os.environ.get(toolkit.core.tree.OPEN_VARIABLE):  # a report is shown at once, without the start screen
            import toolkit.jupyter.form_of_report
