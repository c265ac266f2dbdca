"""Texts judged by texts: BLEU and chrF, as sacreBLEU computes them."""
