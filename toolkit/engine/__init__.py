"""A papermill engine that forks warm kernels; it knows nothing of reports, which ``building`` tells it how to prepare for.

Tests by another name:
    fork_server, forked_client, forked_kernel, forked_run, imports, payload, preload: tests/engine/test_engine.py
    in_process: tests/engine/test_trusted.py
"""
