"""The commands, one a file: hand the options on, print what comes back."""

from __future__ import annotations

import typer

from elman.cli.commands.bench import bench
from elman.cli.commands.compare import compare
from elman.cli.commands.demo import demo
from elman.cli.commands.drift import drift
from elman.cli.commands.evaluate import evaluate
from elman.cli.commands.explain import explain
from elman.cli.commands.lab import lab
from elman.cli.commands.memory import memory
from elman.cli.commands.out.export import export
from elman.cli.commands.out.serve import serve
from elman.cli.commands.predict import predict
from elman.cli.commands.recall import recall
from elman.cli.commands.report import report
from elman.cli.commands.stream import stream
from elman.cli.commands.train import train
from elman.cli.commands.update import update
from elman.cli.pages import Command
from elman.cli.talk import talking

__all__ = ["register"]

_COMMANDS = (
    *(train, compare, evaluate, predict, update, drift, explain, memory),
    *(report, stream, export, serve),
    *(lab, demo, recall, bench),
)
"""In the order of the help page."""


def register(app: typer.Typer) -> None:
    """Put every command on the application, once."""
    if not app.registered_commands:
        for command in _COMMANDS:
            app.command(cls=Command)(talking(command))
