"""Every change of the database's shape, in order, for Alembic."""
