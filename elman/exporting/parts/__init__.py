"""What each part of a network becomes in a graph."""
