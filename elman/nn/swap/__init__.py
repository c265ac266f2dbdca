"""Layers of torch become ours, and back: what was done, and what it was worth."""
