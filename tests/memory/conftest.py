"""One card for all tests that read one."""

import pytest

import elman
from tests.memory.nets import Words, texts


@pytest.fixture(scope="session")
def card():
    return elman.memory_card(Words(), texts(), time_limit=4)
