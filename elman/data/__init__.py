"""Files become rows, rows become memory-mapped sequences of words; nothing here needs torch."""
