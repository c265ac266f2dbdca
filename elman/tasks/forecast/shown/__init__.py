"""What a person sees of forecasts: screens, tables, pictures."""
