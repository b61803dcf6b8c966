"""Decide: pure functions on frozen dataclasses and numpy arrays; no pandas, no files, no clock."""
