"""The table of volunteers' absences."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.create_table(
        "absences",
        sa.Column("rota", sa.String, primary_key=True),
        sa.Column("volunteer", sa.String, primary_key=True),
        sa.Column("said_at", sa.BigInteger, nullable=False),
        sa.Column("starts_at", sa.BigInteger, nullable=False),
        sa.Column("ends_at", sa.BigInteger, nullable=False),
        sa.Column("kept_until", sa.BigInteger, nullable=False),
    )


def downgrade() -> None:
    op.drop_table("absences")
