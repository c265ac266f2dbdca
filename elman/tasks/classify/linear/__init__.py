"""Every word and pair speaks for itself: the linear part of a classifier."""
