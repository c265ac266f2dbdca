"""Why a network answered as it did; takes functions, tensors and arrays, and knows no task."""
