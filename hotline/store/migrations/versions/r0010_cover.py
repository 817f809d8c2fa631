"""The tables of requests for cover, and of volunteers' own choices."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    op.create_table(
        "cover_requests",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("slot", sa.String, unique=True),
        sa.Column("rota", sa.String, nullable=False),
        sa.Column("asker", sa.String, nullable=False),
        sa.Column("start", sa.BigInteger, nullable=False),
        sa.Column("end", sa.BigInteger, nullable=False),
        sa.Column("asked_at", sa.BigInteger, nullable=False),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("taker", sa.String, nullable=False),
        sa.Column("back_start", sa.BigInteger, nullable=False),
        sa.Column("back_end", sa.BigInteger, nullable=False),
        sa.Column("changed_at", sa.BigInteger, nullable=False),
        sa.Column("nobody_at", sa.BigInteger, nullable=False),
    )
    op.create_index("cover_requests_of_rota", "cover_requests", ["rota"])
    op.create_table(
        "cover_asked",
        sa.Column("request", sa.String, primary_key=True),
        sa.Column("who", sa.String, primary_key=True),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("answer", sa.String, nullable=False),
        sa.Column("reached", sa.Integer, nullable=False),
    )
    op.create_table(
        "volunteer_choices",
        sa.Column("rota", sa.String, primary_key=True),
        sa.Column("who", sa.String, primary_key=True),
        sa.Column("channel", sa.String, nullable=False),
        sa.Column("quiet", sa.String, nullable=False),
        sa.Column("reminders", sa.String, nullable=False),
        sa.Column("language", sa.String, nullable=False),
    )


def downgrade() -> None:
    for table in ("volunteer_choices", "cover_asked", "cover_requests"):
        op.drop_table(table)
