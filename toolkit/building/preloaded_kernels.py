"""Fork the template of the fork servers in the process that workers are forked from, before it imports anything else.

In: an environment. Out: the template (``toolkit.engine.fork_server``). Import ``toolkit.building.preloaded`` afterwards:
notebooks do not need what it imports.
"""

from toolkit.building.report_engine import NOTEBOOK_PRELOAD
from toolkit.engine.fork_server import keep_template

keep_template(NOTEBOOK_PRELOAD)
