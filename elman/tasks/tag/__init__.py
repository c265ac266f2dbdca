"""Tags for every word of a text: parts of speech, names, whatever stands in a column."""
