"""Hold the domain: tables with units, overlays, building problems, running them, keeping outcomes."""
