"""Layer speed on this machine, beside torch and ONNX Runtime, with the floor drawn in.

`grid` says which cells are measured and what each must compute, `contestants` builds what is timed
and checks that all compute the same, `timing` takes turns, `spread` does the arithmetic, `measure`
puts them together, `report` prints.
"""
