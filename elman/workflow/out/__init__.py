"""A model taken out of this program."""
