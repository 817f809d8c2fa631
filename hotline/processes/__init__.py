"""The processes: worker and clock, the supervisor that keeps them, and gunicorn's settings."""
