"""Batches, the loop, checkpoints: turns a problem into weights and knows no task."""
