"""The pages of a rota: calendar and forms."""
