"""A process of several that train the small regression, forked from one that has torch loaded."""

import dataclasses
import json
import os
import signal
import time
from pathlib import Path
from types import SimpleNamespace

from torch import distributed

from elman.errors import WorkError
from elman.training import loop
from elman.training.config import LoopConfig
from elman.training.loop import fit
from elman.training.observe import Observer
from elman.training.several.helper import help_first
from elman.training.several.ranks import joined
from tests.training.problems import Regression, net, weights

PRELOADED = ["elman.training.several.helper", "tests.training.together"]


class _Ends(Observer):
    """Ends the run, or its process, or another process, after some steps."""

    def __init__(self, steps, kill):
        self.steps, self.kill = steps, kill

    def on_step(self, progress, module, problem, examples):
        if progress.steps_done != self.steps:
            return ""
        if self.kill == "other":
            os.kill(self.other, signal.SIGKILL)
            return ""
        if self.kill:
            os.kill(os.getpid(), signal.SIGKILL)
        return "the observer says so"


def main(rank, size, port, case):
    """Train as the case says; rank 0 writes what it found to `out`."""
    os.environ |= {"RANK": str(rank), "WORLD_SIZE": str(size), "LOCAL_RANK": str(rank)}
    os.environ |= {"MASTER_ADDR": "127.0.0.1", "MASTER_PORT": str(port)}
    config = LoopConfig(epochs=4, batch_size=20, average=0.9, checkpoint_every_s=0.0, seed=3)
    config = dataclasses.replace(config, **case.get("config", {}))
    module, problem = net(), Regression(poison=case.get("poison", ()))
    module[2].p = case.get("dropout", 0.0)
    observers = [_Ends(case["ends"], case.get("kill"))] if "ends" in case else []
    directory = Path(case["directory"]) if "directory" in case else None
    with joined() as ranks:
        if ranks is not None:
            others = [None] * size
            distributed.all_gather_object(others, os.getpid())
            for observer in observers:
                observer.other = others[1]
        if ranks is not None and not ranks.first:
            if case.get("ahead"):  # its own clock, which nobody is to go by
                loop.time = SimpleNamespace(monotonic=lambda: 1e6 * time.monotonic())
            return help_first(ranks)
        try:
            fitted = fit(
                module,
                problem,
                config,
                directory=directory,
                resume=case.get("resume", False),
                observers=observers,
                ranks=ranks,
            )
        except WorkError as error:
            found = {"error": str(error)}
        else:
            found = dataclasses.asdict(fitted.progress) | {"notes": fitted.notes}
            found |= {"rows": sum(map(len, problem.seen)), "weights": weights(module).tolist()}
        if ranks is not None:
            ranks.dismiss()
        Path(case["out"]).write_text(json.dumps(found))
    return None
