"""The command `elman`: parse, call, print. Nothing heavy is imported before a command runs."""

import time

BEGAN = time.perf_counter()
"""When the command began: what it imports is part of how long it takes."""
