"""Requests for cover: what people do about them, and what workers do in between."""
