"""Sentences with their tags, read, divided, and as numbers."""
