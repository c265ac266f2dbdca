"""What lies beside an exported graph."""
