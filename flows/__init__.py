"""Run Quartier: the command line and the Prefect flows, both thin."""
