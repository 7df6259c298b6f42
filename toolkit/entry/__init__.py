"""The form a clerk fills in inside JupyterLab (填报表)."""
