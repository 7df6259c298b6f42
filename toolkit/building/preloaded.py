"""Everything a process needs that builds reports, imported once in the process such processes are forked from.

In: an environment. Out: modules in memory, rules and schemas made ready; no page is set, so that this process may be forked.
"""

from __future__ import annotations

import gc
from importlib import import_module

from toolkit.engine.fork_server import PRELOADED, keep_template
from toolkit.engine.forked_kernel import import_jsonschema, prepare_environment
from toolkit.engine.warm_up import rehearse

# exporters come after notebooks: they are known here by name only
BUILDING = ("toolkit.building.remote", "toolkit.building.run_report", "toolkit.building.finishing")

prepare_environment()
for _name in PRELOADED:
    import_module(_name)
keep_template()  # notebooks need none of what follows
gc.disable()  # all that is made here stays
import_jsonschema()
rehearse()
for _name in BUILDING:
    import_module(_name)
_nbformat = import_module("nbformat")  # here: an import above would come before the environment is prepared
_nbformat.validate(_nbformat.v4.new_notebook())  # makes the validator, which takes 0.15 s
gc.freeze()  # a worker that looks through all this for garbage takes 0.1 s each time
gc.enable()
