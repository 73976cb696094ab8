"""Tables of users, their roles, and what they are limited to."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, String, Table

from reviewer.storage.catalogue.fields import (
    Id,
    Key,
    flag,
    identity,
    instant,
    key,
    metadata,
    ref,
    since,
    words,
)

users = Table(
    "users",
    metadata,
    identity(),
    words("login"),
    Column("login_fold", Key, nullable=False, unique=True),
    words("display_name"),
    key("display_fold"),
    flag("disabled"),
    instant("created_us"),
)

roles = Table(
    "roles",
    metadata,
    identity(),
    Column("key", String(), nullable=False, unique=True),
    words("title"),
    flag("ready_made"),
    # Whether those who have it are named on what they see and take out; whether they are asked
    # why before something sensitive opens.
    flag("watermark"),
    flag("asks_reason"),
)

role_privileges = Table(
    "role_privileges",
    metadata,
    Column("role_id", Id, ForeignKey("roles.id", ondelete="CASCADE"), primary_key=True),
    Column("privilege", String(), primary_key=True),
    sqlite_with_rowid=False,
)


def _of_user(name: str, column: str, target: str) -> Table:
    """Return a table of what belongs to users, by id."""
    return Table(
        name,
        metadata,
        Column("user_id", Id, ForeignKey("users.id", ondelete="CASCADE"), primary_key=True),
        Column(column, Id, ForeignKey(target), primary_key=True),
        sqlite_with_rowid=False,
    )


accounts = Table(
    "accounts",
    metadata,
    Column("user_id", Id, ForeignKey("users.id", ondelete="CASCADE"), primary_key=True),
    ref("team_id", "teams.id"),
    words("extension"),
    # A hash, "" for none; since when; whether it must be changed first.
    words("password"),
    since("password_us"),
    flag("must_change"),
    since("locked_until_us"),
)
"""A user without a row has none of it."""

login_failures = Table(
    "login_failures",
    metadata,
    identity(),
    Column("user_id", Id, ForeignKey("users.id", ondelete="CASCADE"), nullable=False),
    instant("at_us"),
)
Index("ix_login_failure", login_failures.c.user_id, login_failures.c.at_us)

sign_ins = Table(
    "sign_ins",
    metadata,
    identity(),
    Column("user_id", Id, ForeignKey("users.id", ondelete="CASCADE"), nullable=False),
    words("origin"),
    # The process there, 0 where it is not known.
    since("process"),
    instant("began_us"),
    instant("seen_us"),
)
"""Where users are signed in now: a row goes when its program ends, or somebody signs it out."""
Index("ix_sign_in", sign_ins.c.user_id)

user_roles = _of_user("user_roles", "role_id", "roles.id")
user_teams = _of_user("user_teams", "team_id", "teams.id")
user_services = _of_user("user_services", "service_id", "services.id")

remembered = Table(
    "remembered",
    metadata,
    Column("user_id", Id, ForeignKey("users.id", ondelete="CASCADE"), primary_key=True),
    Column("name", String(), primary_key=True),
    words("json"),
    sqlite_with_rowid=False,
)
"""What a user's window keeps between runs, one JSON value a row."""
