"""A papermill engine that forks warm kernels; it knows nothing of reports, which ``building`` tells it how to prepare for.

Tests by another name:
    fork_server, forked_client, forked_run, imports, preload: tests/engine/test_engine.py
    forked_kernel: tests/engine/test_engine.py, tests/engine/test_cell_reading.py
    in_process: tests/engine/test_trusted.py
"""
