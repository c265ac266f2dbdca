"""What the service answers, a part of its paths a file: each has `router(serving)`."""
