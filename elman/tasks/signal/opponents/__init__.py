"""The honest opponents: what a recurrent model of signals must beat, trained on the same rows.

    majority            always the shares of the classes
    statistics          mean, spread, extremes and mean change of each channel, ridge regression
    convolutions        about ten thousand features of MiniRocket's kernels, ridge regression
    nearest             the training row of the least dynamic time warping (Sakoe & Chiba 1978), of
                        few and short rows

None sees the test rows before it is judged; they are fitted on training and validation rows, and a
ridge's penalty is chosen by leaving out one row at a time.
"""
