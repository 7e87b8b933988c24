"""Runnable measurements: each module's `measure()` gives rows for one table."""
