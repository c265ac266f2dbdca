"""A damaged model directory is refused as such, or it answers; there is no third way."""

from __future__ import annotations

import random
import shutil

import pytest

from elman.errors import ArtifactError
from elman.terminal import json_line
from tests.hostile.damage import damage
from tests.hostile.models import KINDS, answers


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """A directory of each kind, and what it answers."""
    folder = tmp_path_factory.mktemp("whole")
    for kind, make in KINDS.items():
        make(folder / kind)
    return {folder / kind: answers(folder / kind) for kind in KINDS}


def ordeal(whole, place, seeds):
    ended, longest = {"refused": 0, "the same": 0, "other": 0}, 0
    for seed in seeds:
        pick = random.Random(seed)
        source = pick.choice(list(whole))
        damaged = place / str(seed)
        shutil.copytree(source, damaged)
        mended = damage(damaged, pick)
        try:
            said = answers(damaged)
            json_line(said)
        except ArtifactError as error:
            ended["refused"] += 1
            longest = max(longest, len(str(error)))
        except BaseException as error:
            raise AssertionError(f"seed {seed} of {source.name}: {error!r:.300}") from error
        else:
            # whoever mends the hashes may make another model, but a sound one
            assert mended or said == whole[source], seed
            ended["the same" if said == whole[source] else "other"] += 1
        shutil.rmtree(damaged)
    assert longest < 2000
    return ended


def test_random_damages(whole, tmp_path):
    ended = ordeal(whole, tmp_path, range(400))
    assert sum(ended.values()) == 400
    assert ended["refused"] > 200, ended
    assert min(ended.values()) > 10, ended  # all three ways are tried


@pytest.mark.slow
def test_many_random_damages(whole, tmp_path):
    ended = ordeal(whole, tmp_path, range(1000, 6000))
    assert sum(ended.values()) == 5000
