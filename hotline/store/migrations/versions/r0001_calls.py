"""The table of calls."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "calls",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("hotline", sa.String, nullable=False),
        sa.Column("started_at", sa.BigInteger, nullable=False),
        sa.Column("answered_at", sa.BigInteger),
        sa.Column("ended_at", sa.BigInteger),
    )
    op.create_index("calls_by_period", "calls", ["hotline", "started_at", "answered_at", "ended_at"])
    still_open = sa.text("ended_at IS NULL")
    op.create_index("calls_open", "calls", ["started_at"], sqlite_where=still_open, postgresql_where=still_open)


def downgrade() -> None:
    op.drop_table("calls")
