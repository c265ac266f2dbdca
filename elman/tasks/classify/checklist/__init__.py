"""Behavioural tests: files that say what a classifier should do, and what it does."""
