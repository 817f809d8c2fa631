"""Calls in a terminal: the screen, the keyboard, the drawing of a call."""
