"""Benchmarks: every file in this folder is a job with ``run(quick)``, which yields rows."""
