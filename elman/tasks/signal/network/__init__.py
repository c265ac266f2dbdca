"""The recurrent network of signals, and how it learns."""
