"""Several processes that train one network: what they share, and what they say to each other."""
