"""The order test: what order is worth in some data, and to a model."""
