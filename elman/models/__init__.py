"""Whole networks as torch modules, built from a `NetworkSpec`."""
