"""The measures, a file each: it says what is measured, how, and after whom."""
