"""Files of a job are one table: each has the columns of the first, as where one file is written."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import Any

from elman.data.addresses import shown
from elman.data.many import check_alike
from elman.data.pieces.cut import beginning
from elman.data.pieces.sources import Source
from elman.data.tables.table import Table
from elman.errors import DataError
from elman.runtime.model import Model
from elman.tasks.interface import Task
from elman.workflow.scoring.part import named

__all__ = ["Alike"]


class Alike:
    """What the files of a job have in common.

    Args:
        sources: the files.
        input: as the user named them.
        task: that reads them.
        model: to answer them.
        options: of `elman predict`.
    """

    def __init__(
        self, sources: Sequence[Source], input: str, task: Task, model: Model, options: Any
    ) -> None:
        self._sources, self._input = sources, input
        self._task, self._model, self._options = task, model, options

    def check(self, source: Source) -> None:
        """Refuse a table of other columns than the first; what cannot be read is said later.

        Raises:
            DataError: it has other columns.
        """
        table, first = self._table(source), self._first
        if table is None or first is None:
            return
        with named(table.path, source.where):
            check_alike(shown(self._input), first, table)

    @functools.cached_property
    def _first(self) -> Table | None:
        """The first that is a table, and can be read."""
        return next((table for s in self._sources if (table := self._table(s)) is not None), None)

    def _table(self, source: Source) -> Table | None:
        try:
            with beginning(source) as path, named(path, source.where):
                return self._task.table(path, self._model, self._options)
        except DataError:
            return None
