"""Which columns of a table hold the text and the labels, and how a cell is read."""
