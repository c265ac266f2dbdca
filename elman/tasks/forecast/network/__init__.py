"""A forecaster's network: what it learns, for how long, and whether it is kept. Needs torch."""
