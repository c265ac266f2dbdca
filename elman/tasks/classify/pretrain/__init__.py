"""What text without labels teaches, before labels are looked at: the next word."""
