"""A papermill engine that executes notebooks in pre-forked kernels. It knows nothing of reports."""
