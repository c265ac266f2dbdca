"""Sentences whose words have tags: column files and tables become words, tags and lines."""
