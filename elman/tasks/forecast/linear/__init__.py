"""The linear forecaster, in closed form."""
