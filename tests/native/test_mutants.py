"""Every change that `make mutants` makes has its place in the sources, and one alone."""

from __future__ import annotations

from pathlib import Path

import pytest

import elman
from tests.mutants import MUTANTS

ROOT = Path(elman.__file__).parent


@pytest.mark.parametrize("file", sorted({mutant.file for mutant in MUTANTS}))
def test_every_mutant_finds_its_place_once(file):
    text = (ROOT / file).read_text(encoding="utf-8")
    found = {m.name: text.count(m.old) for m in MUTANTS if m.file == file}
    assert {name: count for name, count in found.items() if count != 1} == {}
    assert len({m.name for m in MUTANTS}) == len(MUTANTS)
