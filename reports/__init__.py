"""Render an outcome for people; no solver, no clock."""
