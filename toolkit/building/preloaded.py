"""Everything a process needs that builds reports, imported once in the process such processes are forked from.

In: an environment. Out: modules in memory, rules and schemas made ready; no page is set, so that this process may be forked.
"""

from __future__ import annotations

import gc
from importlib import import_module

from toolkit.engine.imports import import_papermill, prepare_environment
from toolkit.engine.warm_up import rehearse

prepare_environment()
gc.disable()  # all that is made here stays
import_papermill()
rehearse()
import_module("toolkit.building.remote")  # here: an import above would come before the environment is prepared
_nbformat = import_module("nbformat")
_nbformat.validate(_nbformat.v4.new_notebook())  # makes the validator, which takes 0.15 s
gc.freeze()  # a worker that looks through all this for garbage takes 0.1 s each time
gc.enable()
