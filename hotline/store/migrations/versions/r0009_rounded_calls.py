"""The column for calls with rounded times, and the table of the days until which calls are rounded."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.add_column("calls", sa.Column("rounded", sa.SmallInteger, nullable=False, server_default="0"))
    op.create_table(
        "rounded_until",
        sa.Column("hotline", sa.String, primary_key=True),
        sa.Column("day", sa.String, nullable=False),
        sa.Column("cleaned", sa.SmallInteger, nullable=False),
    )


def downgrade() -> None:
    op.drop_table("rounded_until")
    op.drop_column("calls", "rounded")
