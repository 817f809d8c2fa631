"""Rotas: shifts, who is on call when, absences, and everything else in a rota file."""
