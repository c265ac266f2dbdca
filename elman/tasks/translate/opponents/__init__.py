"""Whom a translating network is set beside: the source itself, a dictionary, a memory."""
