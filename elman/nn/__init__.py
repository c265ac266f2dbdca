"""Modules: drop-in recurrent layers, initialisation, pooling."""

from elman.nn.accelerate import Account, accelerate, restore
from elman.nn.recurrent import GRU, LSTM, RNN
from elman.nn.trace import Trace

__all__ = ["GRU", "LSTM", "RNN", "Account", "Trace", "accelerate", "restore"]
