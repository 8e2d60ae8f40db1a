"""Measures what the village promises: run it as ``make bench``. docs/performance.md holds figures and how to read them."""
