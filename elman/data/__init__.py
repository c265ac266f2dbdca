"""Files become rows, rows become numbers of words or one series; nothing here needs torch."""
