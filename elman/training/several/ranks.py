"""Several processes that train one network, as torchrun or Ray begin them.

Rank 0 does all that a process alone does. The others wait for it, and when it trains they take
their shares of each batch: `add_up` gives all the gradient of the whole batch, so their weights
stay the same to the bit, and nobody else needs to know of it.

Rows go in turns, so that each has rows of like lengths. Gradients are summed up in float32, in
memory that processes of one machine share; by gloo where they are on several.
"""

from __future__ import annotations

import contextlib
import datetime
import os
import uuid
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, distributed, nn
from torch.distributed.rendezvous import rendezvous

from elman.errors import WorkError
from elman.training.config import LoopConfig
from elman.training.problem import Problem
from elman.training.several.sent import packed, unpacked
from elman.training.several.shared import SharedSum

__all__ = ["Job", "Ranks", "joined"]

_WAIT = datetime.timedelta(days=30)
"""Rank 0 reads and judges for as long as it takes."""

_HEAD = 4
"""Numbers before those of the parameters in what is summed up: loss, mass, seconds, stop."""

_BEGUN_BY = ("RANK", "WORLD_SIZE", "MASTER_ADDR", "MASTER_PORT")


class Job(NamedTuple):
    """What rank 0 asks the others to train with it."""

    module: nn.Module
    problem: Problem
    config: LoopConfig
    state: Any
    """Where the run stands, as a checkpoint."""


@dataclass
class Ranks:
    """The processes of a run.

    Args:
        rank: of this one.
        size: how many there are.
        group: torch's, over the CPU.
    """

    rank: int
    size: int
    group: Any = None
    run: str = ""
    """The same each time that torchrun begins the processes anew, because one of them ended."""
    whole: bool = True
    """Whether all wait for the next job; no more when a job broke off."""
    stopped: bool = False
    """Whether rank 0 has called an end, in the place of a step."""
    clock: float = 0.0
    """Seconds of the run, by rank 0, when the step began: all go by the same."""

    def __post_init__(self) -> None:
        self._flat: Tensor | None = None
        self._sum: SharedSum | None = None

    @property
    def first(self) -> bool:
        return self.rank == 0

    def share(self, examples: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the rows of a batch that are this process's: every so many."""
        return examples[self.rank :: self.size]

    def tell(self, value: Any = None) -> Any:
        """Return to all what rank 0 has."""
        data = packed(value) if self.first else b""
        size = torch.tensor([len(data)])
        with self._heard():
            distributed.broadcast(size, 0, group=self.group)
            held = torch.empty(int(size), dtype=torch.uint8)
            if self.first:
                held.copy_(torch.frombuffer(bytearray(data), dtype=torch.uint8))
            distributed.broadcast(held, 0, group=self.group)
        return value if self.first else unpacked(held.numpy().tobytes())

    def add_up(
        self,
        parameters: Sequence[Tensor],
        loss: float,
        mass: float,
        *,
        seconds: float = 0.0,
        stop: bool = False,
    ) -> float:
        """Put the gradient of the whole batch into all parameters, and return its loss.

        One sum of one array is all that processes say to each other in a step.

        Args:
            parameters: with the gradient of the loss of the share times its mass, or none.
            loss: mean of the share, times its mass.
            mass: how much the share counts.
            seconds: of the run so far; that of rank 0 is `clock` for all.
            stop: of rank 0, to end the run in the place of this step.
        """
        own = (seconds, stop) if self.first else (0.0, False)
        head = _HEAD + len(parameters)
        sizes = [parameter.numel() for parameter in parameters]
        if self._flat is None or len(self._flat) != head + sum(sizes):
            self._flat = torch.zeros(head + sum(sizes))
            with self._heard():
                n = len(self._flat)
                self._sum = SharedSum.of(self.rank, self.size, n, self.tell, self._all)
        flat = self._flat
        given = [parameter.grad is not None for parameter in parameters]
        flat[:head] = torch.tensor([loss, mass, *own, *map(float, given)])
        parts = torch.split(flat[head:], sizes)
        for part, parameter in zip(parts, parameters, strict=True):
            if parameter.grad is None:
                part.zero_()
            else:
                part.copy_(parameter.grad.reshape(-1))
        with self._heard():
            if self._sum is None:
                distributed.all_reduce(flat, group=self.group)
            else:
                self._sum.add_up(flat)
        flat[head:] /= flat[1]
        self.clock, self.stopped = float(flat[2]), bool(flat[3])
        for part, parameter, there in zip(
            parts, parameters, flat[_HEAD:head].tolist(), strict=True
        ):
            parameter.grad = part.view_as(parameter) if there else None
        return float(flat[0] / flat[1])

    def _all(self, can: bool) -> bool:
        """Say whether all say so."""
        said = torch.tensor([float(can)])
        distributed.all_reduce(said, group=self.group)
        return float(said) == self.size

    def help(self, work: Callable[[Job], None]) -> None:
        """Take up the jobs of rank 0 until there are no more.

        Args:
            work: does one.
        """
        while (job := self.tell()) is not None:
            work(job)

    def dismiss(self) -> None:
        """Say that there are no more jobs."""
        if self.whole:
            with contextlib.suppress(WorkError):  # they were interrupted, too
                self.tell(None)

    @contextlib.contextmanager
    def working(self) -> Iterator[None]:
        """Mark a job: who breaks off in it has lost step with the others."""
        self.whole = False
        yield
        self.whole = True

    @contextlib.contextmanager
    def _heard(self) -> Iterator[None]:
        try:
            yield
        except RuntimeError as error:
            self.whole = False
            raise WorkError(
                "another process of this run ended; the last checkpoint stands. torchrun "
                "--max-restarts goes on from it by itself, --resume when it is begun anew."
            ) from error


@contextlib.contextmanager
def joined() -> Iterator[Ranks | None]:
    """Join the processes that torchrun or Ray began with this one; None where it is alone.

    Raises:
        WorkError: one of them cannot be reached.
    """
    ours = distributed.is_available() and not distributed.is_initialized() and _begun_with_others()
    run = _meet() if ours else ""
    if not distributed.is_available() or not distributed.is_initialized():
        yield None
        return
    size = distributed.get_world_size()
    group = None if ours or size < 2 else distributed.new_group(backend="gloo", timeout=_WAIT)
    try:
        yield Ranks(distributed.get_rank(), size, group, run) if size > 1 else None
    finally:
        if ours:
            distributed.destroy_process_group()


def _begun_with_others() -> bool:
    return all(os.environ.get(name) for name in _BEGUN_BY) and int(os.environ["WORLD_SIZE"]) > 1


def _meet() -> str:
    """Join them, and return the name of the run."""
    try:
        store, rank, size = next(rendezvous("env://", timeout=_WAIT))
        # torchrun keeps its store when it begins all anew: addresses of the dead are still there
        run: bytes = store.compare_set("elman/run", "", uuid.uuid4().hex)
        prefix = f"begun {os.environ.get('TORCHELASTIC_RESTART_COUNT', '0')}"
        store = distributed.PrefixStore(prefix, store)  # type: ignore[attr-defined]
        distributed.init_process_group(
            "gloo", store=store, rank=rank, world_size=size, timeout=_WAIT
        )
        distributed.barrier()  # who finds fault with its input must not be gone before all are here
        return run.decode()
    except RuntimeError as error:
        raise WorkError(
            f"the other processes of this run cannot be reached: {error!s:.200}"
        ) from error
