"""Hold the domain: tables with units, overlays, problems built and run, outcomes kept."""
