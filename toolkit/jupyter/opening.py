"""Turn the notebook's parameters into the paper its cells show, or into the form when there are none.

In: the notebook's namespace after papermill injected the params. Out: a ``Paper`` whose methods the cells call; run
by a person, without parameters, a ``FormPaper``. A parameter that the notebook does not know stops the run.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from toolkit.core.errors import UnknownParameter
from toolkit.core.settings import PARAMS_FILE_VARIABLE
from toolkit.core.shipped import need_extra
from toolkit.core.tree import PARAMS, working_folder
from toolkit.report.reading import Params, report_from_parameters

if TYPE_CHECKING:  # widgets take time to load, and a batch shows none; rules and sections do, and the start screen shows none
    from toolkit.jupyter.form_notebook import FormPaper
    from toolkit.sections.paper import Paper

PARAMETERS = tuple(Params.model_fields)


def open_paper(namespace: Mapping[str, Any]) -> Paper | FormPaper:
    """The paper of the report in the notebook's parameters; without any, the form.

    Raises:
        UnknownParameter: the namespace holds a value that is not a parameter of the notebook.
        ParamsUnreadable: the parameters do not make a report; every problem at once.
        UsageError: the form needs the extra ``lab``, which is not installed.
    """
    refuse_unknown(namespace)
    if all(namespace.get(name) is None for name in PARAMETERS):
        need_extra("lab", "anywidget")
        from toolkit.jupyter.form_notebook import start_form

        return start_form(params_file(), params_folder())
    from toolkit.building.precomputed import precompute, precomputed_for

    parameters = {name: namespace[name] for name in PARAMETERS if name in namespace}
    return precomputed_for(parameters) or precompute(report_from_parameters(parameters), params_file(), params_folder())


def refuse_unknown(namespace: Mapping[str, Any], allowed: tuple[str, ...] = PARAMETERS) -> None:
    """Refuse variables of the notebook that are not parameters: a misspelt name must not be ignored."""
    shell = namespace["get_ipython"]() if "get_ipython" in namespace else None
    hidden = shell.user_ns_hidden if shell else {}  # of the shell, and of the user's own start-up files
    own = ((name, value) for name, value in namespace.items() if hidden.get(name, ...) is not value)
    unknown = [name for name, value in own if _is_parameter(name, value) and name not in allowed]
    if unknown:
        raise UnknownParameter(unknown, allowed)


def _is_parameter(name: str, value: Any) -> bool:
    if type(value).__module__.startswith("toolkit."):
        return False  # the paper or form of an earlier run: cells can be run again
    return not (name.startswith("_") or callable(value) or isinstance(value, ModuleType))


def params_file() -> Path | None:
    """The params file of this run, when the build names it."""
    named = os.environ.get(PARAMS_FILE_VARIABLE)
    return Path(named) if named else None


def params_folder() -> Path | None:
    """The ``params`` folder that JupyterLab was started for, or here or above: where the form and earlier years are."""
    folder = working_folder()
    return folder / PARAMS if folder else None
