from __future__ import annotations

import json
from contextlib import closing
from dataclasses import replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from reviewer.errors import CancelledError, ContentGoneError, ContentMissingError, StoreExistsError
from reviewer.models.criteria.line import parse_line
from reviewer.models.criteria.tree import Block
from reviewer.models.ids import US_PER_S
from reviewer.models.progress import NoProgress
from reviewer.models.recording import RecordingKind, RecordingState
from reviewer.models.search import Search
from reviewer.models.shares import shares_of, to_hear
from reviewer.models.timeline import lay_out
from reviewer.services.criteria_sets import count_set
from reviewer.services.demo import (
    DEMO_FORMAT,
    DEMO_LOGIN,
    SHOWCASE_CALL,
    demo_mark,
    ensure_demo,
    make_demo,
)
from reviewer.services.hear import Listener
from reviewer.storage.local import open_store

AS_OF = date(2026, 3, 2)


class Stopping:
    """Stops the work when so many interactions are done."""

    def __init__(self, after):
        self.after = after
        self.done = 0

    def report(self, done, total=None, what=""):
        self.done = done

    def raise_if_cancelled(self):
        if self.done >= self.after:
            raise CancelledError(resume="")


def test_the_store_is_whole(demo):
    assert demo.examine() == ()
    stats = demo.stats()
    assert 280 <= stats.interactions <= 340
    assert stats.evaluations > 60
    assert stats.recorded_us > 8 * 3600 * US_PER_S
    assert demo.settings.time_zone == "Europe/Moscow"
    assert demo.settings.language == "ru"


def test_what_is_told_of_silence_is_what_listening_finds(demo):
    """The demo is not listened to while it is made; it is joined of what is known."""
    session = demo.session(DEMO_LOGIN)
    assert session.hearing.unheard() == ()
    known = session.interactions.ids(Search(parse_line("silence>=0")))
    assert len(known) > 150
    call = session.interactions.get(SHOWCASE_CALL)
    apart = session.interactions.search(Search(parse_line("talkover>=0")))
    assert call.id in {row.id for row in apart}
    listener = Listener(NoProgress())
    for row in [*apart, *session.interactions.rows(known[:8])]:
        whole = session.interactions.get_by_id(row.id)
        timeline = lay_out(whole)
        heard = {}
        for recording in to_hear(timeline):
            with closing(session.content.open(row.id, recording)) as source:
                heard[recording.id] = listener(recording, source, None).activity
        found = shares_of(timeline, heard)
        assert found.silence == pytest.approx(row.silence, abs=10)
        assert found.talkover == row.talkover


def what_users_did(folder) -> dict[str, list[object]]:
    """Return everything in a demo that tells when its users did something."""
    with closing(open_store(folder)) as store:
        session = store.session(DEMO_LOGIN)
        found = session.interactions.search(Search(), limit=1_000)
        calls = [session.interactions.get_by_id(row.id) for row in found]
        return {
            "interactions": [replace(call, recordings=()) for call in calls],
            "evaluations": [session.evaluations.of(call.id) for call in calls],
            "holds": session.keeping.holds(),
            "sets": session.sets.all(),
        }


def test_the_same_day_gives_the_same_whenever_it_is_made(demo_folder, tmp_path):
    again = make_demo(tmp_path / "again", as_of=AS_OF, language="ru")
    one, two = what_users_did(demo_folder), what_users_did(again)
    assert one == two
    ended = int(datetime(2026, 3, 2, tzinfo=ZoneInfo("Europe/Moscow")).timestamp()) * US_PER_S
    evaluated = [e.at_us for of_one in one["evaluations"] for e in of_one]
    assert evaluated
    assert max(evaluated) < ended


def test_everybody_has_a_role_and_may_come_in(demo):
    users = demo.session(DEMO_LOGIN).people.users()
    roles = {role for user in users for role in user.roles}
    assert roles >= {
        "administrator",
        "qm_evaluator",
        "qm_manager",
        "supervisor",
        "trainer",
        "customer",
        "agent",
    }
    counts = {
        user.login: demo.session(user.login).interactions.count(Search(Block())).n for user in users
    }
    assert counts[DEMO_LOGIN] == demo.stats().interactions
    assert all(0 < n <= counts[DEMO_LOGIN] for n in counts.values())
    assert counts["kedrovaya"] < counts[DEMO_LOGIN]


def test_saved_sets_are_there_to_be_tried(demo):
    session = demo.session(DEMO_LOGIN)
    entries = session.sets.all()
    assert [entry.own for entry in entries] == [True] * 4 + [False] * 2
    assert [entry.name for entry in entries if entry.watched] == ["Отказы и жалобы"]
    counts = {e.name: count_set(session.sets, session.interactions, e).total.n for e in entries}
    # What is relative to today finds nothing in a store of another day.
    del counts["Отказы и жалобы"]
    assert all(counts.values()), counts


def test_evaluations_have_several_evaluators_and_versions(demo):
    session = demo.session(DEMO_LOGIN)
    call = session.interactions.get(SHOWCASE_CALL)
    given = session.evaluations.of(call.id)
    assert {evaluation.segment_number for evaluation in given} == {1, 2, 3}
    assert len({evaluation.evaluator for evaluation in given}) >= 2
    versions = [
        evaluation.version
        for row in session.interactions.search(Search(Block()), limit=1000)
        for evaluation in session.evaluations.of(row.id)
    ]
    assert max(versions) == 2
    names = {category.name for category in session.evaluations.categories()}
    assert {score.category for score in given[0].scores} <= names


def test_content_can_be_read_and_gone_content_says_so(demo):
    session = demo.session(DEMO_LOGIN)
    seen = set()
    for row in session.interactions.search(Search(Block()), limit=1000):
        if row.voice in seen or row.voice is None:
            continue
        seen.add(row.voice)
        interaction = session.interactions.get_by_id(row.id)
        recording = next(
            r for r in interaction.recordings_of(RecordingKind.VOICE) if r.state is row.voice
        )
        if row.voice is RecordingState.AVAILABLE:
            with closing(session.content.open(interaction.id, recording)) as source:
                assert source.read_at(0, 4) in (b"RIFF", source.read_at(0, 4))
                assert source.size == recording.bytes
            continue
        missing = row.voice is RecordingState.MISSING
        with pytest.raises(ContentMissingError if missing else ContentGoneError):
            session.content.open(interaction.id, recording)
    assert seen == set(RecordingState) - {RecordingState.DAMAGED}


def test_a_folder_with_something_in_it_is_left_alone(tmp_path):
    (tmp_path / "letter.txt").write_text("keep")
    with pytest.raises(StoreExistsError):
        make_demo(tmp_path, as_of=AS_OF, language="ru")
    assert [path.name for path in tmp_path.iterdir()] == ["letter.txt"]


@pytest.mark.parametrize("there", [True, False])
def test_a_stopped_demo_leaves_nothing_behind(tmp_path, there):
    folder = tmp_path / "store"
    if there:
        folder.mkdir()
    with pytest.raises(CancelledError):
        make_demo(folder, as_of=AS_OF, language="en", progress=Stopping(250))
    assert [path.name for path in tmp_path.rglob("*")] == (["store"] if there else [])


def test_the_users_demo_is_made_once_and_made_anew_when_it_is_old(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    folder = ensure_demo("en", AS_OF)
    assert demo_mark(folder) == {"format": DEMO_FORMAT, "as_of": AS_OF, "language": "en"}
    made = (folder / "demo.json").stat().st_ino
    assert ensure_demo("en") == folder
    assert (folder / "demo.json").stat().st_ino == made

    mark = {"format": DEMO_FORMAT - 1, "as_of": AS_OF.isoformat(), "language": "en"}
    (folder / "demo.json").write_text(json.dumps(mark))
    with pytest.raises(CancelledError):
        ensure_demo("en", AS_OF, progress=Stopping(0))
    assert demo_mark(folder)["format"] == DEMO_FORMAT - 1

    assert ensure_demo("en", AS_OF) == folder
    assert demo_mark(folder)["format"] == DEMO_FORMAT
    assert [path.name for path in folder.parent.iterdir()] == [folder.name]
    with open_store(folder) as store:
        assert store.session(DEMO_LOGIN).people.me.roles == ("administrator",)


def test_what_is_no_demo_has_no_mark(tmp_path):
    assert demo_mark(tmp_path) == {}
    (tmp_path / "demo.json").write_text("[]")
    assert demo_mark(tmp_path) == {}
