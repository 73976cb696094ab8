"""From format 1 to 2: indexes for every order, and of words and their parts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from sqlalchemy import Connection

_LINES: Final = """\
DROP INDEX ix_duration

CREATE INDEX ix_subject ON interactions (subject_fold, started_us, id) WHERE subject_fold <>
  ''

CREATE INDEX ix_channel ON interactions (channel, started_us)

CREATE INDEX ix_voice ON interactions (voice_state, started_us)

CREATE INDEX ix_agent ON interactions (agent_id, started_us)

CREATE INDEX ix_segments ON interactions (segment_count, started_us)

CREATE INDEX ix_evaluator ON interactions (evaluator_id, started_us, id) WHERE evaluator_id
  IS NOT NULL

CREATE INDEX ix_scenario ON interactions (scenario_fold, started_us)

CREATE INDEX ix_score ON interactions (score, started_us, id) WHERE score IS NOT NULL

CREATE INDEX ix_duration ON interactions (duration_us, started_us, id)

CREATE INDEX ix_notes ON interactions (has_notes, started_us, id) WHERE has_notes = 1

CREATE INDEX ix_sentiment ON interactions (sentiment, started_us)

CREATE INDEX ix_stray ON interactions (id) WHERE id >> 20 <> started_us / 1000

CREATE INDEX ix_segment_who ON segments (interaction_id, agent_id, service_id)

CREATE VIRTUAL TABLE text_stems USING fts5(stems, content='', columnsize=0, detail=none,
  tokenize='ascii')

CREATE VIRTUAL TABLE text_words USING fts5(words, content='', columnsize=0, tokenize="ascii
  tokenchars _")

CREATE VIRTUAL TABLE like_addresses USING fts5(from_fold, to_fold, connected_fold,
  content='', columnsize=0, detail=none, tokenize='trigram case_sensitive 1')

CREATE TRIGGER like_addresses_insert AFTER INSERT ON interactions BEGIN INSERT INTO
  like_addresses (rowid, from_fold, to_fold, connected_fold) SELECT new.id, new.from_fold,
  new.to_fold, new.connected_fold WHERE new.from_fold || new.to_fold || new.connected_fold
  <> ''; END

CREATE TRIGGER like_addresses_delete AFTER DELETE ON interactions BEGIN INSERT INTO
  like_addresses (like_addresses, rowid, from_fold, to_fold, connected_fold) SELECT
  'delete', old.id, old.from_fold, old.to_fold, old.connected_fold WHERE old.from_fold ||
  old.to_fold || old.connected_fold <> ''; END

CREATE TRIGGER like_addresses_update AFTER UPDATE OF from_fold, to_fold, connected_fold ON
  interactions BEGIN INSERT INTO like_addresses (like_addresses, rowid, from_fold, to_fold,
  connected_fold) SELECT 'delete', old.id, old.from_fold, old.to_fold, old.connected_fold
  WHERE old.from_fold || old.to_fold || old.connected_fold <> ''; INSERT INTO like_addresses
  (rowid, from_fold, to_fold, connected_fold) SELECT new.id, new.from_fold, new.to_fold,
  new.connected_fold WHERE new.from_fold || new.to_fold || new.connected_fold <> ''; END

CREATE VIRTUAL TABLE like_texts USING fts5(subject_fold, account_fold, case_fold,
  thread_fold, content='', columnsize=0, detail=none, tokenize='trigram case_sensitive 1')

CREATE TRIGGER like_texts_insert AFTER INSERT ON interactions BEGIN INSERT INTO like_texts
  (rowid, subject_fold, account_fold, case_fold, thread_fold) SELECT new.id,
  new.subject_fold, new.account_fold, new.case_fold, new.thread_fold WHERE new.subject_fold
  || new.account_fold || new.case_fold || new.thread_fold <> ''; END

CREATE TRIGGER like_texts_delete AFTER DELETE ON interactions BEGIN INSERT INTO like_texts
  (like_texts, rowid, subject_fold, account_fold, case_fold, thread_fold) SELECT 'delete',
  old.id, old.subject_fold, old.account_fold, old.case_fold, old.thread_fold WHERE
  old.subject_fold || old.account_fold || old.case_fold || old.thread_fold <> ''; END

CREATE TRIGGER like_texts_update AFTER UPDATE OF subject_fold, account_fold, case_fold,
  thread_fold ON interactions BEGIN INSERT INTO like_texts (like_texts, rowid, subject_fold,
  account_fold, case_fold, thread_fold) SELECT 'delete', old.id, old.subject_fold,
  old.account_fold, old.case_fold, old.thread_fold WHERE old.subject_fold ||
  old.account_fold || old.case_fold || old.thread_fold <> ''; INSERT INTO like_texts (rowid,
  subject_fold, account_fold, case_fold, thread_fold) SELECT new.id, new.subject_fold,
  new.account_fold, new.case_fold, new.thread_fold WHERE new.subject_fold ||
  new.account_fold || new.case_fold || new.thread_fold <> ''; END
"""


def step(connection: Connection) -> None:
    """Turn format 1 into format 2; the indexes of texts are filled when the store is opened."""
    for line in _LINES.split("\n\n"):
        connection.exec_driver_sql(" ".join(line.split()))
