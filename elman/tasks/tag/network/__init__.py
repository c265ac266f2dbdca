"""A tagger's networks: what they learn, and how they are trained. Needs torch."""
