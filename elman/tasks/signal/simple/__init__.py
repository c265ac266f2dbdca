"""The simple model of signals: fixed convolutions under a ridge regression."""
