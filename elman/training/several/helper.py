"""The work of the processes beside the first: the same steps, and nothing else."""

from __future__ import annotations

import contextlib

from elman.errors import WorkError
from elman.training.loop import take_part
from elman.training.several.ranks import Job, Ranks

__all__ = ["help_first"]


def help_first(ranks: Ranks) -> None:
    """Train with rank 0, which reads, judges and writes, until it has done."""

    def work(job: Job) -> None:
        # where training stops because of its numbers, it stops for all, and rank 0 says why
        with contextlib.suppress(WorkError):
            take_part(ranks, job)
        if not ranks.whole:
            raise WorkError("the first process of this run ended")

    ranks.help(work)
