"""A classifier's network: built, started, trained. Needs torch."""
