"""The figures of a card in plain words: each sentence says what it is derived from."""
