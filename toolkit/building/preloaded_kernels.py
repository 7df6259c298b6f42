"""The template of the fork servers, forked in the process that workers are forked from, before it imports anything else.

In: an environment. Out: the template (``toolkit.engine.fork_server``). Import ``toolkit.building.preloaded`` afterwards.
"""

from __future__ import annotations

from importlib import import_module

from toolkit.engine.fork_server import PRELOADED, keep_template
from toolkit.engine.imports import import_jsonschema, prepare_environment

prepare_environment()
import_jsonschema()
for _name in PRELOADED:
    import_module(_name)
keep_template()  # notebooks need none of what is imported later
