"""Build finished reports from params files: one, a batch, or a cluster."""
