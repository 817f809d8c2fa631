"""Forecasts: how long callers will wait for a human, by simulation."""
