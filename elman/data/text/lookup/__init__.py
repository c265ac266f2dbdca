"""Texts to numbers in C++, by the rules of `words` and `features`."""
