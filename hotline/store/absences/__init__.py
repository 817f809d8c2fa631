"""Absences: on disk, in Redis and in the database, and how they agree."""
