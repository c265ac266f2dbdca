"""One layer in the C++ kernels: the call, within autograd, as operators, and under vmap."""
