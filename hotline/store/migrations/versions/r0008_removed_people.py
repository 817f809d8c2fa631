"""The table of people who were removed, so that the settings alone do not bring them back."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.create_table("people_removed", sa.Column("digest", sa.String, primary_key=True))


def downgrade() -> None:
    op.drop_table("people_removed")
