"""A saved network that translates, run without torch: encoder, attention, decoder, search."""
