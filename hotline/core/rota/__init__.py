"""Rotas: shifts, who is on call when, absences, and all that a rota file says."""
