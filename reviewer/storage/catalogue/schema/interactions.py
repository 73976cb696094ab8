"""The table of interactions: what a row of the results and a cheap criterion need, in one row."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Column, Float, Index, LargeBinary, SmallInteger, Table

from reviewer.storage.catalogue.fields import (
    Id,
    Key,
    code,
    flag,
    instant,
    key,
    metadata,
    partial_index,
    ref,
    server_index,
    words,
)

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
    # Whether users set the tags: another import leaves them as they are.
    flag("tags_by_hand"),
    # Of its talk, per mille; see `models.shares`. NULL: cannot be told, or `unheard`.
    Column("silence_share", SmallInteger()),
    Column("talkover_share", SmallInteger()),
)

_SCAN: Final = (
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
Index("ix_service", _I.service_id, _I.started_us, _I.id)
Index("ix_disposition", _I.disposition_id, _I.started_us, _I.id)
Index("ix_from", _I.from_fold, _I.started_us, _I.id)
Index("ix_from_rev", _I.from_rev)
Index("ix_to", _I.to_fold, _I.started_us, _I.id)
Index("ix_to_rev", _I.to_rev)
# What searches on SQLite are answered from has all of these columns anyway.
server_index("ix_scan", *(_I[name] for name in _SCAN))
server_index("ix_added", _I.added_us, _I.id)
server_index("ix_duration", _I.duration_us, _I.started_us, _I.id)
# For orders: what is equal comes newest first.
server_index("ix_channel", _I.channel, _I.started_us)
server_index("ix_agent", _I.agent_id, _I.started_us)
server_index("ix_scenario", _I.scenario_fold, _I.started_us)
server_index("ix_sentiment", _I.sentiment, _I.started_us)
server_index("ix_voice", _I.voice_state, _I.started_us)
server_index("ix_segments", _I.segment_count, _I.started_us)


RARE: Final[dict[str, str]] = {}
"""Indexes over the few interactions that have something, by column."""


def _rare(name: str, column: str, condition: str, *, server: bool = False) -> None:
    """Add an index over the few interactions that have something."""
    RARE[column] = name
    columns = (_I[column], _I.started_us, _I.id)
    partial_index(name, *columns, condition=condition, server=server)


_rare("ix_connected", "connected_fold", "connected_fold <> ''")
_rare("ix_problem", "call_problem_fold", "call_problem_fold <> ''")
_rare("ix_account", "account_fold", "account_fold <> ''")
_rare("ix_case", "case_fold", "case_fold <> ''")
_rare("ix_thread", "thread_fold", "thread_fold <> ''")
_rare("ix_flagged", "flagged", "flagged = 1", server=True)
_rare("ix_evaluated", "evaluated", "evaluated = 1", server=True)
_rare("ix_subject", "subject_fold", "subject_fold <> ''")
_rare("ix_notes", "has_notes", "has_notes = 1", server=True)
_rare("ix_score", "score", "score IS NOT NULL", server=True)
_rare("ix_silence", "silence_share", "silence_share IS NOT NULL", server=True)
_rare("ix_talkover", "talkover_share", "talkover_share IS NOT NULL", server=True)
_rare("ix_evaluator", "evaluator_id", "evaluator_id IS NOT NULL", server=True)

PARTS: Final[dict[str, tuple[str, ...]]] = {
    "like_addresses": ("from_fold", "to_fold", "connected_fold"),
    "like_texts": ("subject_fold", "account_fold", "case_fold", "thread_fold"),
}
"""Indexes of parts of texts on a server, by name: the columns that each is of."""
