"""Rows as a module takes them: how it is called, what its outputs are worth, how data is read."""
