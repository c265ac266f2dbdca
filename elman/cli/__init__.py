"""The command `elman`: parse, call, print. Nothing heavy is imported before a command runs."""

from __future__ import annotations

__all__ = ["main"]


def main() -> None:
    """Run the command line and exit: 0 done, 1 the work failed, 2 the input is at fault."""
    from elman.cli.app import run

    raise SystemExit(run())
