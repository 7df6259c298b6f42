"""Import a worker's modules once, in the process that workers are forked from.

In: an environment. Out: modules in memory, rules and schemas loaded; no page is set, so that this process may be forked.
"""

from __future__ import annotations

import gc
from contextlib import suppress
from importlib import import_module

from toolkit.building.warm_up import warm_up
from toolkit.core.machine import BETWEEN_COLLECTIONS
from toolkit.engine.imports import import_papermill, prepare_environment

prepare_environment()
gc.disable()  # these objects live as long as the process
import_papermill()
warm_up()
import_module("toolkit.building.remote")  # here: an import above would come before the environment is prepared
with suppress(OSError):  # a worker says what cannot be read; this process must live
    import_module("toolkit.building.fingerprint").program_fingerprint()  # no worker reads sources and fonts for it again
_nbformat = import_module("nbformat")
_nbformat.validate(_nbformat.v4.new_notebook())  # makes the validator, which takes 0.15 s
gc.freeze()  # collecting garbage among these objects would take a worker 0.1 s each time
gc.set_threshold(BETWEEN_COLLECTIONS)
gc.enable()
