"""Answers that are classes: decisions, calibration, figures."""
