"""Files cut where a row ends, to be read in pieces; and files of many, by pattern."""
