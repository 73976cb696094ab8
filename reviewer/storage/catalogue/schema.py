"""The tables of the catalogue, for SQLite and PostgreSQL. Imported inside `storage` only.

Rules: an instant is BIGINT microseconds UTC and a duration BIGINT microseconds; an enumeration
is a SMALLINT of `codes`; a flag is 0 or 1; a text is never NULL, "" meaning none. What is
searched has a twin folded by `reviewer.models.folding` (`_fold`), and where "ends with" is asked
for one read backwards (`_rev`). The indexes of words and of parts of words are in `fulltext`.
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
    SmallInteger,
    String,
    Table,
)

from reviewer.models.recording import RecordingKind
from reviewer.storage.catalogue.codes import RECORDING_KINDS
from reviewer.storage.catalogue.fields import (
    Id,
    Key,
    code,
    flag,
    identity,
    instant,
    key,
    metadata,
    own,
    partial_index,
    ref,
    words,
)

VERSION: Final = 2
"""Version of the format that this code reads and writes."""

# --- the format, the centre ------------------------------------------------------------------

meta = Table(
    "meta",
    metadata,
    Column("key", String(), primary_key=True),
    words("value"),
)
"""`version`, `store_id`, `created_us`, `program`."""

settings = Table(
    "settings",
    metadata,
    Column("key", String(), primary_key=True),
    words("value"),
)
"""The centre's settings, one JSON value a row."""

# --- names that many interactions share ------------------------------------------------------


def _named(name: str) -> Table:
    return Table(
        name,
        metadata,
        identity(),
        Column("name", String(), nullable=False, unique=True),
        key("name_fold"),
    )


teams = _named("teams")
services = _named("services")
dispositions = _named("dispositions")
"""Names that differ in letter case only are different dispositions."""

agents = Table(
    "agents",
    metadata,
    identity(),
    words("login"),
    Column("login_fold", Key, nullable=False, unique=True),
    words("first_name"),
    key("first_fold"),
    words("last_name"),
    key("last_fold"),
    ref("team_id", "teams.id"),
    words("extension"),
)

custom_fields = Table(
    "custom_fields",
    metadata,
    identity(),
    Column("name", String(), nullable=False),
    Column("name_fold", Key, nullable=False, unique=True),
)

# --- interactions ----------------------------------------------------------------------------

interactions = Table(
    "interactions",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("giid", Key, nullable=False),
    code("channel"),
    code("direction"),
    code("outcome"),
    instant("started_us"),
    instant("ended_us"),
    instant("duration_us"),
    # All segments' stretches of hold together.
    instant("hold_us"),
    # The last segment's; criteria on agent and service look at `segments`.
    ref("service_id", "services.id"),
    ref("disposition_id", "dispositions.id"),
    ref("agent_id", "agents.id"),
    words("from_address"),
    key("from_fold"),
    key("from_rev"),
    words("to_address"),
    key("to_fold"),
    key("to_rev"),
    words("connected_to"),
    key("connected_fold"),
    words("from_name"),
    words("medium"),
    words("scenario"),
    key("scenario_fold"),
    words("call_problem"),
    key("call_problem_fold"),
    words("account_number"),
    key("account_fold"),
    words("case_number"),
    key("case_fold"),
    words("thread_id"),
    key("thread_fold"),
    words("subject"),
    key("subject_fold"),
    flag("flagged"),
    flag("voice_signature"),
    flag("was_transferred"),
    flag("km_used"),
    flag("has_notes"),
    Column("sentiment", Float()),
    code("segment_count"),
    # The best state among the recordings of a kind, NULL where there are none.
    Column("voice_state", SmallInteger()),
    Column("transcript_state", SmallInteger()),
    Column("screen_state", SmallInteger()),
    Column("email_state", SmallInteger()),
    # Of the latest submitted evaluation that is neither a calibration nor by the agent.
    Column("score", Float()),
    ref("evaluator_id", "users.id"),
    flag("evaluated"),
    # JSON: [[name, value], ...], [article, ...], [tag, ...]; "" for none.
    words("custom"),
    words("km_articles"),
    words("tags"),
    words("source_kind"),
    words("source_system"),
    words("source_key"),
    flag("texts_searchable"),
    Column("fingerprint", LargeBinary(32), nullable=False),
    instant("added_us"),
    instant("changed_us"),
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
Index("ix_duration", _I.duration_us, _I.started_us, _I.id)
Index("ix_service", _I.service_id, _I.started_us, _I.id)
Index("ix_disposition", _I.disposition_id, _I.started_us, _I.id)
Index("ix_from", _I.from_fold, _I.started_us, _I.id)
Index("ix_from_rev", _I.from_rev)
Index("ix_to", _I.to_fold, _I.started_us, _I.id)
Index("ix_to_rev", _I.to_rev)
# For orders: what is equal comes newest first, and SQLite adds the id by itself.
Index("ix_channel", _I.channel, _I.started_us)
Index("ix_agent", _I.agent_id, _I.started_us)
Index("ix_scenario", _I.scenario_fold, _I.started_us)
Index("ix_sentiment", _I.sentiment, _I.started_us)
Index("ix_voice", _I.voice_state, _I.started_us)
Index("ix_segments", _I.segment_count, _I.started_us)
STRAY: Final = "id >> 20 <> started_us / 1000"
"""Of interactions whose start was corrected after they got their id; it then tells no order."""
partial_index("ix_stray", _I.id, condition=STRAY)


RARE: Final[dict[str, str]] = {}
"""Indexes over the few interactions that have something, by column."""


def _rare(name: str, column: str, condition: str) -> None:
    """Add an index over the few interactions that have something."""
    RARE[column] = name
    partial_index(name, _I[column], _I.started_us, _I.id, condition=condition)


_rare("ix_connected", "connected_fold", "connected_fold <> ''")
_rare("ix_problem", "call_problem_fold", "call_problem_fold <> ''")
_rare("ix_account", "account_fold", "account_fold <> ''")
_rare("ix_case", "case_fold", "case_fold <> ''")
_rare("ix_thread", "thread_fold", "thread_fold <> ''")
_rare("ix_flagged", "flagged", "flagged = 1")
_rare("ix_evaluated", "evaluated", "evaluated = 1")
_rare("ix_subject", "subject_fold", "subject_fold <> ''")
_rare("ix_notes", "has_notes", "has_notes = 1")
_rare("ix_score", "score", "score IS NOT NULL")
_rare("ix_evaluator", "evaluator_id", "evaluator_id IS NOT NULL")

segments = Table(
    "segments",
    metadata,
    identity(),
    own(),
    code("number"),
    code("kind"),
    instant("started_us"),
    instant("ended_us"),
    ref("agent_id", "agents.id"),
    ref("service_id", "services.id"),
    ref("disposition_id", "dispositions.id"),
    words("party"),
    words("connected_to"),
    Column("transfer", SmallInteger()),
    Column("transferred_to", SmallInteger()),
    Column("consultation_of", SmallInteger()),
)
_S = segments.c
Index("ux_segment", _S.interaction_id, _S.number, unique=True)
# What a condition on an agent or a service looks up for one interaction, without its rows.
Index("ix_segment_who", _S.interaction_id, _S.agent_id, _S.service_id)
Index("ix_segment_agent", _S.agent_id, _S.started_us, _S.interaction_id)
Index("ix_segment_service", _S.service_id, _S.started_us, _S.interaction_id)

stretches = Table(
    "stretches",
    metadata,
    own(key=True),
    Column("segment_number", SmallInteger(), primary_key=True),
    Column("ordinal", SmallInteger(), primary_key=True),
    code("kind"),
    instant("started_us"),
    instant("ended_us"),
    words("detail"),
    sqlite_with_rowid=False,
)

recordings = Table(
    "recordings",
    metadata,
    identity(),
    own(),
    code("ordinal"),
    Column("segment_number", SmallInteger()),
    code("kind"),
    code("state"),
    code("party"),
    words("channel_parties"),
    words("media_type"),
    Column("object_id", String(32)),
    Column("bytes", BigInteger(), nullable=False),
    words("sha256"),
    words("source_name"),
    Column("started_us", BigInteger()),
    instant("duration_us"),
)
_R = recordings.c
_SCREEN = f"kind = {RECORDING_KINDS.code(RecordingKind.SCREEN)}"
Index("ux_recording", _R.interaction_id, _R.ordinal, unique=True)
Index("ix_recording_object", _R.object_id)
# A piece of screen video covers several interactions and is kept once.
partial_index("ix_recording_screen", _R.sha256, condition=_SCREEN)

spans = Table(
    "spans",
    metadata,
    own(key=True),
    Column("recording_ordinal", SmallInteger(), primary_key=True),
    Column("ordinal", SmallInteger(), primary_key=True),
    instant("media_start_us"),
    instant("wall_start_us"),
    instant("duration_us"),
    sqlite_with_rowid=False,
)

messages = Table(
    "messages",
    metadata,
    own(key=True),
    Column("ordinal", Integer(), primary_key=True),
    instant("at_us"),
    Column("ended_us", BigInteger()),
    code("role"),
    words("author"),
    words("text"),
    Column("segment_number", SmallInteger()),
    Column("sentiment", Float()),
    # JSON: [[text, started_us, ended_us], ...]; "" for none.
    words("words"),
    sqlite_with_rowid=False,
)

steps = Table(
    "steps",
    metadata,
    own(key=True),
    Column("ordinal", Integer(), primary_key=True),
    Column("step", Integer(), nullable=False),
    instant("at_us"),
    instant("duration_us"),
    words("scenario"),
    words("block_type"),
    words("block_title"),
    Column("block_id", BigInteger(), nullable=False),
    words("exit_taken"),
    sqlite_with_rowid=False,
)

notes = Table(
    "notes",
    metadata,
    identity(),
    own(),
    words("author"),
    instant("at_us"),
    words("text"),
    Column("segment_number", SmallInteger()),
    flag("by_reviewer"),
)
Index("ix_note", notes.c.interaction_id)

tombstones = Table(
    "tombstones",
    metadata,
    identity(),
    own(),
    code("kind"),
    instant("at_us"),
    words("by"),
    words("reason"),
    flag("by_retention"),
    Column("recordings", Integer(), nullable=False),
    Column("bytes", BigInteger(), nullable=False),
)
Index("ix_tombstone", tombstones.c.interaction_id)

interaction_custom = Table(
    "interaction_custom",
    metadata,
    Column("field_id", Id, ForeignKey("custom_fields.id"), primary_key=True),
    Column("value_fold", Key, primary_key=True),
    own(key=True),
    sqlite_with_rowid=False,
)
"""The search index of custom fields; what is shown is in `interactions.custom`."""
Index("ix_custom_interaction", interaction_custom.c.interaction_id)

interaction_labels = Table(
    "interaction_labels",
    metadata,
    Column("kind", SmallInteger(), primary_key=True),
    Column("value_fold", Key, primary_key=True),
    own(key=True),
    sqlite_with_rowid=False,
)
"""The search index of knowledge-base articles and tags: `codes.LABEL_KM`, `codes.LABEL_TAG`."""
Index("ix_label_interaction", interaction_labels.c.interaction_id)

# --- users -----------------------------------------------------------------------------------

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


user_roles = _of_user("user_roles", "role_id", "roles.id")
user_teams = _of_user("user_teams", "team_id", "teams.id")
user_services = _of_user("user_services", "service_id", "services.id")

# --- evaluations -----------------------------------------------------------------------------

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

# --- the vault -------------------------------------------------------------------------------

pending_unlink = Table(
    "pending_unlink",
    metadata,
    Column("object_id", String(32), primary_key=True),
    instant("due_us"),
)
"""Objects to remove from the vault from `due_us` on.

An object about to be written is entered here first and leaves in the transaction that makes it
part of an interaction; so what a killed import leaves behind is known without a walk.
"""
