"""One thread, because the networks of the tests are too small to share; one budget for hypothesis.

Property tests are not timed: a busy machine is not a failure.
"""

import os

from hypothesis import settings

os.environ.setdefault("OMP_NUM_THREADS", "1")

settings.register_profile("elman", max_examples=100, deadline=None)
settings.load_profile("elman")
