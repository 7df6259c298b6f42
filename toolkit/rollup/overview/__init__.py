"""The county's overview: its sections, charts and the screen in JupyterLab."""
