"""Puts the parts together for each kind of process. Nothing here connects to anything before it is first used."""
