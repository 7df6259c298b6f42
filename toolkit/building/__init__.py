"""Build finished reports from params files: one, a batch, or a cluster.

Tests by another name:
    addresses, remote: tests/building/test_cluster.py
    build_log, record: tests/building/test_batch.py
    execution: tests/building/test_run_report.py
    preloaded, preloaded_kernels, warm_up: tests/building/test_batch.py
    report_engine: tests/engine/test_trusted.py
"""
