"""Whom a tagger is set beside."""
