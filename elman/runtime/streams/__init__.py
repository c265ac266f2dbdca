"""Sequences that are still coming in: fed, kept, taken up again."""
