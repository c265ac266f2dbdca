"""One card for all tests that read one, and an order test that is over soon."""

import pytest

import elman
from elman.memory.order import test as order
from tests.memory.nets import Words, texts

FOREVER = 1e9


@pytest.fixture(scope="session")
def card():
    with pytest.MonkeyPatch.context() as patch:
        shorten(patch, steps=20)
        return elman.memory_card(Words(), texts(), time_limit=FOREVER)


@pytest.fixture
def soon(monkeypatch):
    """The order test with ten steps a training, each done once."""
    shorten(monkeypatch, steps=10)


def shorten(patch, steps):
    patch.setattr(order, "STEPS", steps)
    patch.setattr(order, "_repeats", lambda rows: 1)
