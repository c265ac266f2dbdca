"""Run a saved model without torch: predict, stream, score."""
