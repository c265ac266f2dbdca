"""Answers that are a tag for every word: decisions, spans, figures."""
