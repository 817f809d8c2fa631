"""The table of months that were counted once, and the triggers that keep it correct.

A later revision that recreates the table of calls must recreate these triggers, too.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

_FORGET = (
    "DELETE FROM counted_months WHERE hotline = {0}.hotline AND since <= {0}.started_at AND until > {0}.started_at;"
)
_NEW, _OLD = _FORGET.format("NEW"), _FORGET.format("OLD")
_CHANGES = {"INSERT": _NEW, "UPDATE": f"{_OLD} {_NEW}", "DELETE": _OLD}


def upgrade() -> None:
    op.create_table(
        "counted_months",
        sa.Column("hotline", sa.String, primary_key=True),
        sa.Column("since", sa.BigInteger, primary_key=True),
        sa.Column("until", sa.BigInteger, primary_key=True),
        sa.Column("counted", sa.Text, nullable=False),
    )
    postgresql = op.get_bind().dialect.name == "postgresql"
    for change, forget in _CHANGES.items():
        name = f"calls_{change.lower()}_uncounts"
        if postgresql:
            op.execute(
                f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {forget} RETURN NULL; END $$"
            )
            op.execute(f"CREATE TRIGGER {name} AFTER {change} ON calls FOR EACH ROW EXECUTE FUNCTION {name}()")
        else:
            op.execute(f"CREATE TRIGGER {name} AFTER {change} ON calls BEGIN {forget} END")


def downgrade() -> None:
    for change in _CHANGES:
        name = f"calls_{change.lower()}_uncounts"
        if op.get_bind().dialect.name == "postgresql":
            op.execute(f"DROP TRIGGER {name} ON calls")
            op.execute(f"DROP FUNCTION {name}()")
        else:
            op.execute(f"DROP TRIGGER {name}")
    op.drop_table("counted_months")
