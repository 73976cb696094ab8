"""The tables of the catalogue, for SQLite and PostgreSQL. Imported inside `storage` only.

Rules: an instant is BIGINT microseconds UTC and a duration BIGINT microseconds; an enumeration
is a SMALLINT of `codes`; a flag is 0 or 1; a text is never NULL, "" meaning none. What is
searched has a twin folded by `reviewer.models.folding` (`_fold`), and where "ends with" is asked
for one read backwards (`_rev`). The tables of full text are made by a later version of the
format; `messages` and `interactions.texts_searchable` hold what they are fed from.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import (
    BigInteger,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    String,
    Table,
    Text,
    text,
)

from reviewer.models.recording import RecordingKind
from reviewer.storage.catalogue.codes import RECORDING_KINDS

VERSION: Final = 1
"""Version of the format that this code reads and writes."""

metadata = MetaData()

Id = BigInteger().with_variant(Integer(), "sqlite")
"""On SQLite the alias of the row id, which must be declared INTEGER."""
Key = String().with_variant(String(collation="C"), "postgresql")
"""Text compared by code points, so that a range finds a prefix on both engines."""


def _text(name: str) -> Column[str]:
    return Column(name, Text(), nullable=False, server_default="")


def _key(name: str) -> Column[str]:
    return Column(name, Key, nullable=False, server_default="")


def _us(name: str) -> Column[int]:
    return Column(name, BigInteger(), nullable=False)


def _code(name: str) -> Column[int]:
    return Column(name, SmallInteger(), nullable=False)


def _flag(name: str) -> Column[int]:
    return Column(name, SmallInteger(), nullable=False, server_default="0")


def _id(name: str = "id") -> Column[int]:
    return Column(name, Id, primary_key=True)


def _own(*, key: bool = False) -> Column[int]:
    """Return the column that says which interaction a row belongs to."""
    return Column(
        "interaction_id",
        Id,
        ForeignKey("interactions.id", ondelete="CASCADE"),
        nullable=False,
        primary_key=key,
    )


def _ref(name: str, target: str) -> Column[int]:
    return Column(name, Id, ForeignKey(target), nullable=True)


# --- the format, the centre ------------------------------------------------------------------

meta = Table(
    "meta",
    metadata,
    Column("key", String(), primary_key=True),
    _text("value"),
)
"""`version`, `store_id`, `created_us`, `program`."""

settings = Table(
    "settings",
    metadata,
    Column("key", String(), primary_key=True),
    _text("value"),
)
"""The centre's settings, one JSON value a row."""

# --- names that many interactions share ------------------------------------------------------

teams = Table(
    "teams",
    metadata,
    _id(),
    Column("name", String(), nullable=False, unique=True),
    _key("name_fold"),
)

services = Table(
    "services",
    metadata,
    _id(),
    Column("name", String(), nullable=False, unique=True),
    _key("name_fold"),
)

dispositions = Table(
    "dispositions",
    metadata,
    _id(),
    Column("name", String(), nullable=False, unique=True),
    _key("name_fold"),
)
"""Names that differ in letter case only are different dispositions."""

agents = Table(
    "agents",
    metadata,
    _id(),
    _text("login"),
    Column("login_fold", Key, nullable=False, unique=True),
    _text("first_name"),
    _key("first_fold"),
    _text("last_name"),
    _key("last_fold"),
    _ref("team_id", "teams.id"),
    _text("extension"),
)

custom_fields = Table(
    "custom_fields",
    metadata,
    _id(),
    Column("name", String(), nullable=False),
    Column("name_fold", Key, nullable=False, unique=True),
)

# --- interactions ----------------------------------------------------------------------------

interactions = Table(
    "interactions",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("giid", Key, nullable=False),
    _code("channel"),
    _code("direction"),
    _code("outcome"),
    _us("started_us"),
    _us("ended_us"),
    _us("duration_us"),
    # All segments' stretches of hold together.
    _us("hold_us"),
    # The last segment's; criteria on agent and service look at `segments`.
    _ref("service_id", "services.id"),
    _ref("disposition_id", "dispositions.id"),
    _ref("agent_id", "agents.id"),
    _text("from_address"),
    _key("from_fold"),
    _key("from_rev"),
    _text("to_address"),
    _key("to_fold"),
    _key("to_rev"),
    _text("connected_to"),
    _key("connected_fold"),
    _text("from_name"),
    _text("medium"),
    _text("scenario"),
    _key("scenario_fold"),
    _text("call_problem"),
    _key("call_problem_fold"),
    _text("account_number"),
    _key("account_fold"),
    _text("case_number"),
    _key("case_fold"),
    _text("thread_id"),
    _key("thread_fold"),
    _text("subject"),
    _key("subject_fold"),
    _flag("flagged"),
    _flag("voice_signature"),
    _flag("was_transferred"),
    _flag("km_used"),
    _flag("has_notes"),
    Column("sentiment", Float()),
    _code("segment_count"),
    # The best state among the recordings of a kind, NULL where there are none.
    Column("voice_state", SmallInteger()),
    Column("transcript_state", SmallInteger()),
    Column("screen_state", SmallInteger()),
    Column("email_state", SmallInteger()),
    # Of the latest submitted evaluation that is neither a calibration nor by the agent.
    Column("score", Float()),
    _ref("evaluator_id", "users.id"),
    _flag("evaluated"),
    # JSON: [[name, value], ...], [article, ...], [tag, ...]; "" for none.
    _text("custom"),
    _text("km_articles"),
    _text("tags"),
    _text("source_kind"),
    _text("source_system"),
    _text("source_key"),
    _flag("texts_searchable"),
    Column("fingerprint", LargeBinary(32), nullable=False),
    _us("added_us"),
    _us("changed_us"),
)

SCAN: Final = (
    "started_us",
    "id",
    "channel",
    "direction",
    "outcome",
    "ended_us",
    "duration_us",
    "hold_us",
    "service_id",
    "disposition_id",
    "agent_id",
    "sentiment",
    "was_transferred",
    "flagged",
    "voice_signature",
    "km_used",
    "call_problem_fold",
    "voice_state",
    "transcript_state",
    "screen_state",
    "email_state",
    "segment_count",
    "evaluated",
    "score",
)
"""Columns of `ix_scan`: conditions on these alone are answered without reading a row."""

_I = interactions.c
Index("ux_giid", _I.giid, unique=True)
Index("ix_started", _I.started_us, _I.id)
Index("ix_scan", *(_I[name] for name in SCAN))
Index("ix_duration", _I.duration_us, _I.id)
Index("ix_service", _I.service_id, _I.started_us, _I.id)
Index("ix_disposition", _I.disposition_id, _I.started_us, _I.id)
Index("ix_from", _I.from_fold, _I.started_us, _I.id)
Index("ix_from_rev", _I.from_rev)
Index("ix_to", _I.to_fold, _I.started_us, _I.id)
Index("ix_to_rev", _I.to_rev)


def _rare(name: str, column: str, condition: str) -> None:
    """Add an index over the few interactions that have something."""
    where = text(condition)
    Index(name, _I[column], _I.started_us, _I.id, sqlite_where=where, postgresql_where=where)


_rare("ix_connected", "connected_fold", "connected_fold <> ''")
_rare("ix_problem", "call_problem_fold", "call_problem_fold <> ''")
_rare("ix_account", "account_fold", "account_fold <> ''")
_rare("ix_case", "case_fold", "case_fold <> ''")
_rare("ix_thread", "thread_fold", "thread_fold <> ''")
_rare("ix_flagged", "flagged", "flagged = 1")
_rare("ix_evaluated", "evaluated", "evaluated = 1")

segments = Table(
    "segments",
    metadata,
    _id(),
    _own(),
    _code("number"),
    _code("kind"),
    _us("started_us"),
    _us("ended_us"),
    _ref("agent_id", "agents.id"),
    _ref("service_id", "services.id"),
    _ref("disposition_id", "dispositions.id"),
    _text("party"),
    _text("connected_to"),
    Column("transfer", SmallInteger()),
    Column("transferred_to", SmallInteger()),
    Column("consultation_of", SmallInteger()),
)
_S = segments.c
Index("ux_segment", _S.interaction_id, _S.number, unique=True)
Index("ix_segment_agent", _S.agent_id, _S.started_us, _S.interaction_id)
Index("ix_segment_service", _S.service_id, _S.started_us, _S.interaction_id)

stretches = Table(
    "stretches",
    metadata,
    _own(key=True),
    Column("segment_number", SmallInteger(), primary_key=True),
    Column("ordinal", SmallInteger(), primary_key=True),
    _code("kind"),
    _us("started_us"),
    _us("ended_us"),
    _text("detail"),
    sqlite_with_rowid=False,
)

recordings = Table(
    "recordings",
    metadata,
    _id(),
    _own(),
    _code("ordinal"),
    Column("segment_number", SmallInteger()),
    _code("kind"),
    _code("state"),
    _code("party"),
    _text("channel_parties"),
    _text("media_type"),
    Column("object_id", String(32)),
    Column("bytes", BigInteger(), nullable=False),
    _text("sha256"),
    _text("source_name"),
    Column("started_us", BigInteger()),
    _us("duration_us"),
)
_R = recordings.c
_SCREEN = text(f"kind = {RECORDING_KINDS.code(RecordingKind.SCREEN)}")
Index("ux_recording", _R.interaction_id, _R.ordinal, unique=True)
Index("ix_recording_object", _R.object_id)
# A piece of screen video covers several interactions and is kept once.
Index("ix_recording_screen", _R.sha256, sqlite_where=_SCREEN, postgresql_where=_SCREEN)

spans = Table(
    "spans",
    metadata,
    _own(key=True),
    Column("recording_ordinal", SmallInteger(), primary_key=True),
    Column("ordinal", SmallInteger(), primary_key=True),
    _us("media_start_us"),
    _us("wall_start_us"),
    _us("duration_us"),
    sqlite_with_rowid=False,
)

messages = Table(
    "messages",
    metadata,
    _own(key=True),
    Column("ordinal", Integer(), primary_key=True),
    _us("at_us"),
    Column("ended_us", BigInteger()),
    _code("role"),
    _text("author"),
    _text("text"),
    Column("segment_number", SmallInteger()),
    Column("sentiment", Float()),
    # JSON: [[text, started_us, ended_us], ...]; "" for none.
    _text("words"),
    sqlite_with_rowid=False,
)

steps = Table(
    "steps",
    metadata,
    _own(key=True),
    Column("ordinal", Integer(), primary_key=True),
    Column("step", Integer(), nullable=False),
    _us("at_us"),
    _us("duration_us"),
    _text("scenario"),
    _text("block_type"),
    _text("block_title"),
    Column("block_id", BigInteger(), nullable=False),
    _text("exit_taken"),
    sqlite_with_rowid=False,
)

notes = Table(
    "notes",
    metadata,
    _id(),
    _own(),
    _text("author"),
    _us("at_us"),
    _text("text"),
    Column("segment_number", SmallInteger()),
    _flag("by_reviewer"),
)
Index("ix_note", notes.c.interaction_id)

tombstones = Table(
    "tombstones",
    metadata,
    _id(),
    _own(),
    _code("kind"),
    _us("at_us"),
    _text("by"),
    _text("reason"),
    _flag("by_retention"),
    Column("recordings", Integer(), nullable=False),
    Column("bytes", BigInteger(), nullable=False),
)
Index("ix_tombstone", tombstones.c.interaction_id)

interaction_custom = Table(
    "interaction_custom",
    metadata,
    Column("field_id", Id, ForeignKey("custom_fields.id"), primary_key=True),
    Column("value_fold", Key, primary_key=True),
    _own(key=True),
    sqlite_with_rowid=False,
)
"""The search index of custom fields; what is shown is in `interactions.custom`."""
Index("ix_custom_interaction", interaction_custom.c.interaction_id)

interaction_labels = Table(
    "interaction_labels",
    metadata,
    Column("kind", SmallInteger(), primary_key=True),
    Column("value_fold", Key, primary_key=True),
    _own(key=True),
    sqlite_with_rowid=False,
)
"""The search index of knowledge-base articles and tags: `codes.LABEL_KM`, `codes.LABEL_TAG`."""
Index("ix_label_interaction", interaction_labels.c.interaction_id)

# --- users -----------------------------------------------------------------------------------

users = Table(
    "users",
    metadata,
    _id(),
    _text("login"),
    Column("login_fold", Key, nullable=False, unique=True),
    _text("display_name"),
    _key("display_fold"),
    _flag("disabled"),
    _us("created_us"),
)

roles = Table(
    "roles",
    metadata,
    _id(),
    Column("key", String(), nullable=False, unique=True),
    _text("title"),
    _flag("ready_made"),
)

role_privileges = Table(
    "role_privileges",
    metadata,
    Column("role_id", Id, ForeignKey("roles.id", ondelete="CASCADE"), primary_key=True),
    Column("privilege", String(), primary_key=True),
    sqlite_with_rowid=False,
)

user_roles = Table(
    "user_roles",
    metadata,
    Column("user_id", Id, ForeignKey("users.id", ondelete="CASCADE"), primary_key=True),
    Column("role_id", Id, ForeignKey("roles.id"), primary_key=True),
    sqlite_with_rowid=False,
)

user_teams = Table(
    "user_teams",
    metadata,
    Column("user_id", Id, ForeignKey("users.id", ondelete="CASCADE"), primary_key=True),
    Column("team_id", Id, ForeignKey("teams.id"), primary_key=True),
    sqlite_with_rowid=False,
)

user_services = Table(
    "user_services",
    metadata,
    Column("user_id", Id, ForeignKey("users.id", ondelete="CASCADE"), primary_key=True),
    Column("service_id", Id, ForeignKey("services.id"), primary_key=True),
    sqlite_with_rowid=False,
)

# --- evaluations -----------------------------------------------------------------------------

categories = Table(
    "categories",
    metadata,
    _id(),
    _text("name"),
    Column("name_fold", Key, nullable=False, unique=True),
    Column("position", SmallInteger(), nullable=False),
)

evaluations = Table(
    "evaluations",
    metadata,
    _id(),
    _own(),
    _code("segment_number"),
    Column("evaluator_id", Id, ForeignKey("users.id"), nullable=False),
    _code("kind"),
    _code("state"),
    Column("version", Integer(), nullable=False),
    _us("at_us"),
    _text("note"),
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
    _text("category"),
    Column("score", SmallInteger()),
    sqlite_with_rowid=False,
)
"""A score stands under the name that its category had when it was given."""

# --- the vault -------------------------------------------------------------------------------

pending_unlink = Table(
    "pending_unlink",
    metadata,
    Column("object_id", String(32), primary_key=True),
    _us("due_us"),
)
"""Objects to remove from the vault from `due_us` on.

An object about to be written is entered here first and leaves in the transaction that makes it
part of an interaction; so what a killed import leaves behind is known without a walk.
"""
