"""What stands around a network of signals: raw signals in, classes out."""
