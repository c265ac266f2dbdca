"""How a translating network learns."""
