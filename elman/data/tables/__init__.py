"""Rows from files and folders, one module for each format."""
