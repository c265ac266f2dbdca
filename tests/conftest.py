"""One thread: the networks of the tests are too small to share."""

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")
