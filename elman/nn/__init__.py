"""Modules: drop-in layers and cells, the linear family, `accelerate`, initialisation, pooling."""

from elman.nn import init
from elman.nn.cells import GRUCell, LSTMCell, RNNCell
from elman.nn.lru import LRU
from elman.nn.minimal import minGRU, minLSTM
from elman.nn.recurrent import GRU, LSTM, RNN
from elman.nn.swap.accelerate import accelerate, restore
from elman.nn.swap.account import Account
from elman.nn.trace import Trace

__all__ = [
    "GRU",
    "LRU",
    "LSTM",
    "RNN",
    "Account",
    "GRUCell",
    "LSTMCell",
    "RNNCell",
    "Trace",
    "accelerate",
    "init",
    "minGRU",
    "minLSTM",
    "restore",
]
