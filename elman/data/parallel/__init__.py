"""Sentences and their translations: files of pairs, and text cut into pieces of words."""
