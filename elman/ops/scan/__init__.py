"""The linear recurrence h' = a ⊙ h + x over time, as twins with one name."""

from elman.ops.scan.choice import TWINS, explain_scan, scan

__all__ = ["TWINS", "explain_scan", "scan"]
