"""Mistakes that an editor underlines before anything runs: one on each line that ends in ERROR."""

import torch

import elman

elman.train("reviews.csv", "model", prset="fast")  # ERROR
elman.train("reviews.csv", "model", preset="fats")  # ERROR
elman.train("reviews.csv", "model", seed="3")  # ERROR
elman.train("reviews.csv")  # ERROR
elman.compare("reviews.csv", sedes=3)  # ERROR
elman.trian("reviews.csv", "model")  # ERROR
print(elman.load("model").predict(["a"])[0].lable)  # ERROR
elman.load("model").predikt(["a"])  # ERROR
elman.load("model").predict([["a"]])  # ERROR
elman.evaluate("model", "new.csv", lable="x")  # ERROR
elman.nn.GRU(8, 16, batchfirst=True)  # ERROR
elman.nn.RNN(8, 16, nonlinearity=1)  # ERROR
elman.nn.GRU(8, 16)(torch.zeros(3, 2, 8), lenghts=[3, 1])  # ERROR
elman.nn.LSTM(8, 16)(torch.zeros(3, 2, 8), torch.zeros(1, 2, 16))  # ERROR
elman.nn.LSTM(8, 16).forward("text")  # ERROR
