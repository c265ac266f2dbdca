"""A file of dated numbers becomes one evenly spaced series."""
