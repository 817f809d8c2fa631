"""Setting up by forms: hotlines, volunteers, shifts, rotations, and the rules of a rota."""
