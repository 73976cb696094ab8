"""Tables of the audit log: its entries, and the signed end of their chain."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, LargeBinary, String, Table

from reviewer.storage.catalogue.fields import Id, instant, metadata, words

audit = Table(
    "audit",
    metadata,
    Column("number", Id, primary_key=True, autoincrement=False),
    instant("at_us"),
    words("login"),
    Column("act", String(), nullable=False),
    # 0 for none. No reference: an entry stays whatever becomes of what it tells of.
    Column("interaction_id", BigInteger(), nullable=False),
    words("giid"),
    words("detail"),
    words("origin"),
    Column("hash", LargeBinary(32), nullable=False),
)
_A = audit.c
Index("ix_audit_interaction", _A.interaction_id, _A.number)
Index("ix_audit_login", _A.login, _A.number)
Index("ix_audit_act", _A.act, _A.number)
Index("ix_audit_at", _A.at_us, _A.number)

audit_head = Table(
    "audit_head",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("number", BigInteger(), nullable=False),
    instant("at_us"),
    Column("hash", LargeBinary(32), nullable=False),
    Column("signature", LargeBinary(64), nullable=False),
)
"""One row, number 1."""
