"""Tables of what interactions are made of, and the search indexes of their lists of values."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
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
    metadata,
    own,
    partial_index,
    ref,
    words,
)

known_as = Table(
    "known_as",
    metadata,
    Column("giid", String(36), primary_key=True),
    own(),
)
"""Under which further GIIDs parts of an interaction came, or would come if they came alone."""
Index("ix_known_as", known_as.c.interaction_id)

unheard = Table(
    "unheard",
    metadata,
    own(key=True),
    # Whether it was there before calls were listened to: imports leave it alone.
    flag("is_old"),
    sqlite_with_rowid=False,
)
"""Calls whose sound is there and was not listened to yet, so that their shares are not known."""

tellings = Table(
    "tellings",
    metadata,
    own(key=True),
    # JSON: by how much of its source it was told, see `Incoming.weight`.
    words("weight"),
    sqlite_with_rowid=False,
)

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
    # Ordinal of the recording that is the file of an email.
    Column("recording", SmallInteger()),
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
    # Ordinals of the one message and of the one recording that are gone; NULL: all of the kind.
    Column("message", Integer()),
    Column("recording", SmallInteger()),
    # Who agreed, where deleting needs a second person.
    words("approved_by"),
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
