"""Bars, figures and pages: knows shapes of data and no concept of ours."""
