"""Which of two or more classes a text belongs to, or which of several labels it has."""
