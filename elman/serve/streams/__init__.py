"""Sequences that are still coming in, of many clients: opened, fed, kept, moved, closed."""
