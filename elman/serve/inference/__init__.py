"""The Open Inference Protocol (KServe, Triton): the same answers as tensors, in JSON or binary."""
