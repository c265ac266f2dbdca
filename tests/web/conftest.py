"""Trained models of every kind, as the tests of all tasks have them."""

from tests.tasks.contract.conftest import kept_of

__all__ = ["kept_of"]
