"""Mistakes that an editor underlines before anything runs: one on each line that ends in ERROR."""

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
