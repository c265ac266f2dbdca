"""Pages that look at models: what Python puts into them. Their script is built from `web/`."""
