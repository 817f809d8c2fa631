"""The tables behind texts to volunteers and coordinators."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "texts_sent",
        sa.Column("name", sa.String, primary_key=True),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("words", sa.String, nullable=False),
        sa.Column("claimed_at", sa.BigInteger, nullable=False),
        sa.Column("sent_at", sa.BigInteger),
        sa.Column("refused", sa.Integer),
        sa.Column("keep_until", sa.BigInteger, nullable=False),
    )
    op.create_index("texts_sent_old", "texts_sent", ["keep_until"])
    op.create_table(
        "texts_told",
        sa.Column("rota", sa.String, primary_key=True),
        sa.Column("who", sa.String, primary_key=True),
        sa.Column("times", sa.Text, nullable=False),
        sa.Column("until", sa.BigInteger, nullable=False),
        sa.Column("edition", sa.Integer, nullable=False),
        sa.Column("seen", sa.String, nullable=False),
        sa.Column("seen_at", sa.BigInteger, nullable=False),
        sa.Column("first_seen_at", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "texts_unreached",
        sa.Column("hotline", sa.String, primary_key=True),
        sa.Column("waiting", sa.Integer, nullable=False),
        sa.Column("last_at", sa.BigInteger, nullable=False),
        sa.Column("batch", sa.Integer, nullable=False),
        sa.Column("sending", sa.Integer, nullable=False),
        sa.Column("sending_last", sa.BigInteger, nullable=False),
        sa.Column("next_at", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "text_optouts",
        sa.Column("phone", sa.String, primary_key=True),
        sa.Column("since", sa.BigInteger, nullable=False),
    )


def downgrade() -> None:
    for table in ("text_optouts", "texts_unreached", "texts_told", "texts_sent"):
        op.drop_table(table)
