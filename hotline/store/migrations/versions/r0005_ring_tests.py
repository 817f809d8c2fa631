"""The table of test rings."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.create_table(
        "ring_tests",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("rota", sa.String, nullable=False),
        sa.Column("volunteer", sa.String, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("reached", sa.Boolean),
    )
    op.create_index("ring_tests_by_time", "ring_tests", ["at"])


def downgrade() -> None:
    op.drop_table("ring_tests")
