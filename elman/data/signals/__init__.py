"""Signals: sounds and sensors become arrays of samples over time, each with its class and place."""
