"""The form in JupyterLab: its parts and the session behind them."""
