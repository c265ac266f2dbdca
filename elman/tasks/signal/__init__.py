"""Sounds and signals of sensors into classes."""
