"""Answer files of any number and size into a folder: in parts, by several processes or machines."""
