"""Answers of many parts, and what each part of the input has to do with each: whole tables."""
