"""Look at a saved model: why it answers so, how far back it remembers, a page about it."""
