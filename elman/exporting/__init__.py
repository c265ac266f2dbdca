"""A saved network as an ONNX graph that streams, written node by node, and checked as it runs."""
