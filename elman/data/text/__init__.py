"""Labelled texts become numbers of words: columns, corpus, vocabulary, what is wrong with them."""
