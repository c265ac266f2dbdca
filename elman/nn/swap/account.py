"""What `accelerate` did, in words."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Account", "Left", "Measured", "Swapped", "Times"]

_CODE = {
    "cpu": "elman's C++ kernels",
    "half": "elman's C++ kernels in bfloat16",
    "gpu": "elman's Triton kernels",
    "aten": "torch's own code, as before",
}
"""What people call a twin."""


@dataclass(frozen=True)
class Swapped:
    """A layer that is ours now."""

    name: str
    """Where it is in the model; several names of one shared layer are joined by commas."""
    layer: str
    """What it is, as it prints."""
    runs_on: str
    """The twin that runs it here, on the device and in the dtype it now has."""
    reason: str
    """Why not the C++ kernels, or why that cannot be told yet; empty where they run it."""

    def __str__(self) -> str:
        training, _, evaluation = self.runs_on.partition(", without gradients on ")
        words = _CODE.get(training, training)
        if evaluation:
            words = f"{words}, and without gradients {_CODE.get(evaluation, evaluation)}"
        return words + (f": {self.reason}" if self.reason else "")


@dataclass(frozen=True)
class Left:
    """A recurrent layer that stays what it was."""

    name: str
    layer: str
    reason: str

    def __str__(self) -> str:
        return f"left as it was: {self.reason}"


@dataclass(frozen=True)
class Times:
    """Seconds that a call of the model takes, the medians of several, before and after."""

    before: float
    after: float

    @property
    def ratio(self) -> float:
        """How many times as long it took before."""
        return self.before / self.after

    def __str__(self) -> str:
        said = f"{1e3 * self.before:.3g} ms before, {1e3 * self.after:.3g} ms now"
        if self.ratio >= 1:
            return f"{said} ({self.ratio:.2f} times as fast)"
        return f"{said} ({1 / self.ratio:.2f} times as slow)"


@dataclass(frozen=True)
class Measured:
    """What a model's own example took before and after, on copies of it, in turns."""

    forward: Times
    """Without gradients."""
    training: Times | None
    """Forward and backward; None where what comes out has no gradient that could be taken."""
    threads: int

    def __str__(self) -> str:
        lines = [f"your example, forward: {self.forward}"]
        if self.training:
            lines.append(f"forward and backward: {self.training}")
        on = "one thread" if self.threads == 1 else f"{self.threads} threads"
        if min(times.ratio for times in (self.forward, self.training) if times) < SLOWER:
            lines.append("that is no gain: elman.nn.restore(model) gives torch's layers back")
        return f"on {on}, {'; '.join(lines)}"


SLOWER = 0.95
"""Below this ratio it is said; above, it may be the machine."""


@dataclass(frozen=True)
class Account:
    """What `accelerate` did. Printed, it is a sentence and a small table."""

    swapped: tuple[Swapped, ...]
    left: tuple[Left, ...]
    measured: Measured | None = None
    """What the example took, where one was given and could be measured."""
    not_measured: str = ""
    """Why it could not."""

    def __str__(self) -> str:
        if not self.swapped and not self.left:
            return "no recurrent layer found"
        every: list[Swapped | Left] = [*self.swapped, *self.left]
        rows = [(each.name, each.layer, str(each)) for each in every]
        widths = [max(len(row[k]) for row in rows) for k in (0, 1)]
        table = [f"{a:{widths[0]}}  {b:{widths[1]}}  {c}" for a, b, c in rows]
        last = [str(self.measured)] if self.measured else []
        last += [f"not measured: {self.not_measured}"] if self.not_measured else []
        return "\n".join([self._summary(), *table, *last])

    def _summary(self) -> str:
        ours, left = len(self.swapped), len(self.left)
        were = "were" if left > 1 else "was"
        if not ours:
            return f"{left} recurrent layer{'s' if left > 1 else ''} {were} left, none is new"
        are = "layers are" if ours > 1 else "layer is"
        said = f"{ours} recurrent {are} elman's now, with the same weights"
        return said + (f"; {left} {were} left" if left else "")
