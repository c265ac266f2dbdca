"""Recall: how far back a cell can be taught to remember one symbol."""
