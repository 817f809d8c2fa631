"""Rotas and what is found in them, drawn: for the terminal, as pages, as data. Only commands draw."""
