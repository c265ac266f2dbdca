"""What puts a held-out row beside a training row that it belongs to, and what is said of it."""
