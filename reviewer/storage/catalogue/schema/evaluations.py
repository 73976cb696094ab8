"""Tables of evaluations and the categories they are given by."""

from __future__ import annotations

from sqlalchemy import Column, Float, ForeignKey, Index, Integer, SmallInteger, Table

from reviewer.storage.catalogue.fields import (
    Id,
    Key,
    code,
    identity,
    instant,
    metadata,
    own,
    words,
)

categories = Table(
    "categories",
    metadata,
    identity(),
    words("name"),
    Column("name_fold", Key, nullable=False, unique=True),
    Column("position", SmallInteger(), nullable=False),
)

evaluations = Table(
    "evaluations",
    metadata,
    identity(),
    own(),
    code("segment_number"),
    Column("evaluator_id", Id, ForeignKey("users.id"), nullable=False),
    code("kind"),
    code("state"),
    Column("version", Integer(), nullable=False),
    instant("at_us"),
    words("note"),
    Column("average", Float()),
)
_E = evaluations.c
Index(
    "ux_evaluation",
    _E.interaction_id,
    _E.segment_number,
    _E.evaluator_id,
    _E.kind,
    _E.version,
    unique=True,
)
Index("ix_evaluation_evaluator", _E.evaluator_id, _E.at_us)

evaluation_scores = Table(
    "evaluation_scores",
    metadata,
    Column("evaluation_id", Id, ForeignKey("evaluations.id", ondelete="CASCADE"), primary_key=True),
    Column("ordinal", SmallInteger(), primary_key=True),
    words("category"),
    Column("score", SmallInteger()),
    sqlite_with_rowid=False,
)
"""A score stands under the name that its category had when it was given."""
