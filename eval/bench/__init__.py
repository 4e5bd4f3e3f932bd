"""Benches: every promise with a number, measured against in-process alternatives in the same run."""
