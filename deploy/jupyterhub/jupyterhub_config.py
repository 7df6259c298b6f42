"""JupyterHub for the clerks of a county: PAM accounts, the form at once, a drop box, idle servers ended. README.md explains.

Every path can be set by a variable of the environment (/etc/nianbao/hub.env, read by the systemd unit).
"""

import os
import sys
from pathlib import Path

c = get_config()  # noqa: F821

HERE = Path(__file__).resolve().parent
DATA = Path(os.environ.get("NIANBAO_HUB_DATA", "/srv/nianbao"))
OFFICERS = os.environ.get("NIANBAO_OFFICERS", "nianbao-county")
CLERKS = os.environ.get("NIANBAO_CLERKS", "nianbao-clerks")
IDLE_SECONDS = int(os.environ.get("NIANBAO_IDLE_SECONDS", "3600"))
IDLE = (f"--timeout={IDLE_SECONDS}", f"--cull-every={max(IDLE_SECONDS // 6, 1)}")

# ---- who comes in: accounts of the system in one of two groups. LDAP and OAuth: another authenticator_class, see README.md.
c.JupyterHub.authenticator_class = "pam"
c.PAMAuthenticator.allowed_groups = {CLERKS, OFFICERS}
c.PAMAuthenticator.open_sessions = False
c.Authenticator.admin_users = set()  # nobody may open another person's server

# ---- what each person gets: a server with their own rights, which shows the form of their organ
c.JupyterHub.spawner_class = "simple" if os.environ.get("NIANBAO_NO_SETUID") else "localprocess"
c.Spawner.cmd = [sys.executable, "-m", "toolkit.jupyter.hub_server"]
c.Spawner.environment = {
    "NIANBAO_SHARED": str(DATA / "shared"),
    "NIANBAO_COUNTY": str(DATA / "county"),
    "NIANBAO_OFFICERS": OFFICERS,
    "NIANBAO_DROP_BOX": str(DATA / "inbox"),
    "LANG": "zh_CN.UTF-8",
    "PYTHONUTF8": "1",
}
c.Spawner.default_url = "/doc/tree/notebooks/annual_report.ipynb"  # officers: the overview, set by hub_server
c.Spawner.notebook_dir = ""
c.Spawner.start_timeout = 120
c.Spawner.http_timeout = 120
# The morning of the last day: more starts at once only wait for each other. Who comes later queues, see templates/error.html.
c.JupyterHub.concurrent_spawn_limit = 2 * max(os.cpu_count() or 1, 2)
c.JupyterHub.implicit_spawn_seconds = 1
c.JupyterHub.redirect_to_server = True

# ---- servers that nobody uses are ended; what was typed is on disk
c.JupyterHub.load_roles = [
    {
        "name": "idle-culler",
        "scopes": ["list:users", "read:users:activity", "read:servers", "delete:servers"],
        "services": ["idle-culler"],
    }
]
c.JupyterHub.services = [
    {"name": "idle-culler", "command": [sys.executable, "-m", "jupyterhub_idle_culler", *IDLE]},
]

# ---- the network: this machine only; nginx or the proxy's own TLS stands in front
c.JupyterHub.bind_url = os.environ.get("NIANBAO_HUB_URL", "http://127.0.0.1:8000")
c.JupyterHub.hub_bind_url = os.environ.get("NIANBAO_HUB_API_URL", "http://127.0.0.1:8081")
c.ConfigurableHTTPProxy.api_url = os.environ.get("NIANBAO_PROXY_API_URL", "http://127.0.0.1:8001")
c.ConfigurableHTTPProxy.command = [str(HERE / "node_modules" / ".bin" / "configurable-http-proxy")]
if os.environ.get("NIANBAO_TLS_KEY"):
    c.JupyterHub.ssl_key = os.environ["NIANBAO_TLS_KEY"]
    c.JupyterHub.ssl_cert = os.environ["NIANBAO_TLS_CERT"]

# ---- the Hub's own files, and its pages in Chinese
c.JupyterHub.cookie_secret_file = str(DATA / "hub" / "cookie_secret")
c.JupyterHub.db_url = f"sqlite:///{DATA / 'hub' / 'jupyterhub.sqlite'}"
c.ConfigurableHTTPProxy.pid_file = str(Path(os.environ.get("RUNTIME_DIRECTORY", DATA / "hub"), "proxy.pid"))
c.JupyterHub.template_paths = [str(HERE / "templates")]
c.JupyterHub.cleanup_servers = os.environ.get("NIANBAO_KEEP_SERVERS") != "1"
