"""The tables of totals that replace deleted calls."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.create_table(
        "day_totals",
        sa.Column("hotline", sa.String, primary_key=True),
        sa.Column("date", sa.String, primary_key=True),
        *(_count(name) for name in ("calls", "answered", "not_answered", "end_not_reported")),
    )
    op.create_table(
        "month_totals",
        sa.Column("hotline", sa.String, primary_key=True),
        sa.Column("month", sa.String, primary_key=True),
        *(_count(name) for name in ("waits", "wait_seconds", "talks", "talk_seconds")),
        *(_count(name) for name in ("abandoned", "abandoned_seconds")),
    )


def downgrade() -> None:
    op.drop_table("month_totals")
    op.drop_table("day_totals")


def _count(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger, nullable=False)
