"""The tables of the people who may use the pages, and of the audit list."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Integer, String, Table

from hotline.store.database.call_tables import metadata

# `key` is the name for comparison. `password` is an argon2 hash, `subject` an identity provider's name for the person.
people = Table(
    "people",
    metadata,
    Column("id", String, primary_key=True),
    Column("name", String, nullable=False),
    Column("key", String, nullable=False, unique=True),
    Column("role", String, nullable=False),
    Column("email", String, unique=True),
    Column("subject", String, unique=True),
    Column("password", String),
    Column("language", String, nullable=False),
    Column("epoch", Integer, nullable=False),
    Column("created_at", BigInteger, nullable=False),
)

# One-time links, by a digest of the key in their address. `person` is null if the link makes a new person.
links = Table(
    "people_links",
    metadata,
    Column("digest", String, primary_key=True),
    Column("person", String),
    Column("role", String, nullable=False),
    Column("expires_at", BigInteger, nullable=False),
)

# Sessions are in their owners' cookies; here are those that were ended before their time.
signed_out = Table(
    "people_signed_out",
    metadata,
    Column("session", String, primary_key=True),
    Column("until", BigInteger, nullable=False),
)

# Digests of the e-mail addresses, and of the identity provider's names, of people who were removed. The settings may
# still list such a person as a coordinator.
removed = Table("people_removed", metadata, Column("digest", String, primary_key=True))

audit = Table(
    "audit",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("at", BigInteger, nullable=False, index=True),
    Column("who", String, nullable=False),
    Column("what", String, nullable=False),
    Column("about", String, nullable=False),
)
