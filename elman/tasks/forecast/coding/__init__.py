"""What stands around a forecaster's network: values to steps, outputs to forecasts."""
