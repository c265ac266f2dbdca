"""Answers that are values: errors, rolling origins, naive forecasts."""
