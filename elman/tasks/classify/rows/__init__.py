"""From a file of texts to numbers that train: read, examine, split, encode."""
