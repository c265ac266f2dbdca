"""The next values of one numeric series."""
