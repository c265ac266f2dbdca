"""Translation: a sentence in, a sentence out."""
