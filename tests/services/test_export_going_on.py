"""Manual exports that are stopped, cut, altered or overtaken: what goes on, and what does not."""

from __future__ import annotations

import hashlib
import json
import platform
import resource
import shutil
import tempfile
from dataclasses import replace

import pytest

from reviewer.errors import (
    CancelledError,
    ContentGoneError,
    ExportDestinationError,
    ExportFullError,
)
from reviewer.models.erasure import Shared, What
from reviewer.models.letters import letters_of
from reviewer.models.recording import RecordingKind, RecordingState
from reviewer.models.search import Search
from reviewer.services.export_manual import ExportOptions, discard_export, plan_export, run_export
from tests.helpers.emails import TEXTS, case
from tests.helpers.exporting import (
    ALL,
    at,
    call,
    chat,
    do_export,
    letter,
    mixed_items,
    put,
    read_export,
)
from tests.helpers.stores import (
    ADMIN,
    make_giid,
    make_incoming,
    make_recording,
    make_store,
    make_wav,
)

CANCEL_AT = 3


class Watch:
    """Progress that stops at a step."""

    def __init__(self, stop_at=None):
        self.told = []
        self.stop_at = stop_at

    def report(self, done, total=None, what=""):
        self.told.append((done, total, what))

    def raise_if_cancelled(self):
        if self.stop_at is not None and len(self.told) >= self.stop_at:
            raise CancelledError(resume="")


@pytest.fixture
def store(tmp_path):
    with make_store(tmp_path) as store:
        store.session(ADMIN).intake.put(mixed_items())
        yield store


def replace_subject(item, subject):
    return replace(item, interaction=replace(item.interaction, subject=subject))


@pytest.mark.parametrize("name", ["out", "out.zip"])
def test_a_cancelled_export_says_where_it_is_and_goes_on(store, tmp_path, name):
    with pytest.raises(CancelledError) as caught:
        do_export(store, tmp_path / name, *ALL, progress=Watch(CANCEL_AT))
    folder = tmp_path / (name if name == "out" else "out.zip.unfinished")
    assert str(folder) in str(caught.value)
    assert not (tmp_path / "out.zip").exists()
    if name == "out.zip":
        assert folder.stat().st_mode & 0o077 == 0
    made = [p for p in folder.rglob("*.*") if p.is_file() and ".reviewer-export" not in p.parts]
    plan = plan_export(store.session(ADMIN), Search(), tmp_path / name, ExportOptions(ALL))
    assert plan.resumes
    assert plan.done == len(made) == CANCEL_AT - 1
    # The table is always made anew: see below.
    before = {p: p.stat().st_mtime_ns for p in made if p.parent != folder}
    assert before
    watch = Watch()
    result = run_export(store.session(ADMIN), plan, progress=watch)
    if name == "out":
        assert {path: path.stat().st_mtime_ns for path in before} == before
    assert result.files == 9
    assert read_export(tmp_path / name).names("text/")
    assert watch.told[-1][0] < watch.told[-1][1]


def unfinished(store):
    return [found.name for found in store.examine() if found.code == "unfinished_export"]


def test_exports_that_were_cut_are_named_until_they_are_finished_or_removed(
    store, tmp_path, monkeypatch
):
    """Whoever made them, and on whichever machine: what they wrote lies outside of the store."""
    session = store.session(ADMIN)
    session.people.add_user("anna", "Anna", ["administrator"])
    for name in ("one", "two.zip"):
        with pytest.raises(CancelledError):
            do_export(store, tmp_path / name, "text", progress=Watch(CANCEL_AT))
    one, two = str(tmp_path / "one"), str(tmp_path / "two.zip.unfinished")
    assert unfinished(store) == [one, two]
    with monkeypatch.context() as patched:
        patched.setattr(platform, "node", lambda: "elsewhere")
        with pytest.raises(CancelledError):
            do_export(store, tmp_path / "three", "text", progress=Watch(CANCEL_AT), login="anna")
    assert unfinished(store) == [f"{tmp_path / 'three'} (elsewhere)", one, two]
    do_export(store, tmp_path / "one", "text")
    assert discard_export(session, tmp_path / "two.zip")
    assert unfinished(store) == [f"{tmp_path / 'three'} (elsewhere)"]
    # Taken away by hand it is not there any more either.
    with pytest.raises(CancelledError):
        do_export(store, tmp_path / "two.zip", "text", progress=Watch(CANCEL_AT))
    shutil.rmtree(two)
    assert len(unfinished(store)) == 1


@pytest.mark.parametrize("name", ["out", "out.zip"])
def test_what_was_deleted_meanwhile_is_not_in_an_export_that_goes_on(store, tmp_path, name):
    secret = "Вавилонская башня"
    letters = (replace_subject(letter(30), secret), letter(31))
    put(store, chat(28, secret), chat(29, "Другое"), *letters)
    session = store.session(ADMIN)
    with pytest.raises(CancelledError):
        # Just before the manifest: every file is there.
        do_export(store, tmp_path / name, "text", "email", progress=Watch(12))
    work = tmp_path / (name if name == "out" else "out.zip.unfinished")
    words = secret.encode()
    there = [path for path in work.rglob("*") if path.is_file() and words in path.read_bytes()]
    assert {path.parent.name for path in there} == {work.name, "text"}
    ids = [session.interactions.find(make_giid(number)) for number in (28, 30)]
    session.erasure.erase(ids, tuple(What), "asked", shared=Shared.CUT)
    plan = plan_export(
        session, Search(), tmp_path / name, ExportOptions(frozenset({"text", "email"}))
    )
    assert plan.resumes
    result = run_export(session, plan)
    assert {failed.giid for failed in result.failed} == {make_giid(28), make_giid(30)}
    found = read_export(tmp_path / name)
    assert not [one for one, data in found.files.items() if words in data]
    assert [one for one, data in found.files.items() if "Другое".encode() in data]


def test_what_came_meanwhile_does_not_change_an_export_on_its_way(store, tmp_path):
    with pytest.raises(CancelledError):
        do_export(store, tmp_path / "out", "voice", progress=Watch(CANCEL_AT))
    put(store, call(20))
    result = do_export(store, tmp_path / "out", "voice")
    assert result.rows == 4
    assert len(read_export(tmp_path / "out").names("voice/")) == 3


def test_a_file_that_was_changed_or_removed_meanwhile_is_made_again(store, tmp_path):
    with pytest.raises(CancelledError):
        do_export(store, tmp_path / "out", "voice", "email", progress=Watch(CANCEL_AT + 2))
    (tmp_path / "out" / "interactions.csv").write_text("altered")
    voices = sorted((tmp_path / "out" / "voice").iterdir())
    voices[0].unlink()
    with (tmp_path / "out" / ".reviewer-export" / "done.jsonl").open("a") as file:
        file.write('{"name": "voice/x')
    voices[0].with_name(voices[0].name + ".part").write_text("half")
    result = do_export(store, tmp_path / "out", "voice", "email")
    assert result.files == 4
    read_export(tmp_path / "out")


@pytest.mark.parametrize("name", ["out", "out.zip"])
def test_a_finished_export_is_not_made_twice(store, tmp_path, name):
    first = do_export(store, tmp_path / name, *ALL)
    stamp = (tmp_path / name).stat().st_mtime_ns
    again = do_export(store, tmp_path / name, *ALL)
    assert again.already
    assert (again.rows, again.files) == (first.rows, first.files)
    assert (tmp_path / name).stat().st_mtime_ns == stamp
    put(store, call(20))
    with pytest.raises(ExportDestinationError):
        do_export(store, tmp_path / name, *ALL)
    read_export(tmp_path / name)


def test_a_finished_export_that_was_altered_is_not_called_whole(store, tmp_path):
    do_export(store, tmp_path / "out", "voice")
    next((tmp_path / "out" / "voice").iterdir()).write_text("altered")
    with pytest.raises(ExportDestinationError):
        do_export(store, tmp_path / "out", "voice")


def test_an_unfinished_export_of_something_else_is_neither_mixed_nor_lost(store, tmp_path):
    with pytest.raises(CancelledError):
        do_export(store, tmp_path / "out", *ALL, progress=Watch(CANCEL_AT))
    with pytest.raises(ExportDestinationError) as caught:
        do_export(store, tmp_path / "out", "voice")
    assert str(tmp_path / "out") in str(caught.value)
    assert do_export(store, tmp_path / "out", *ALL).files == 9


@pytest.mark.parametrize("name", ["out", "out.zip"])
def test_an_unfinished_export_is_thrown_away_alone(store, tmp_path, name):
    session = store.session(ADMIN)
    assert not discard_export(session, tmp_path / name)
    with pytest.raises(CancelledError):
        do_export(store, tmp_path / name, *ALL, progress=Watch(CANCEL_AT + 3))
    assert discard_export(session, tmp_path / name)
    assert [path.name for path in tmp_path.iterdir()] == ["store"]
    with pytest.raises(CancelledError):
        do_export(store, tmp_path / "out", *ALL, progress=Watch(CANCEL_AT + 3))
    (tmp_path / "out" / "mine.txt").write_text("mine")
    assert discard_export(session, tmp_path / "out")
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["mine.txt"]


def test_a_plan_that_was_tampered_with_leads_nowhere(store, tmp_path):
    with pytest.raises(CancelledError):
        do_export(store, tmp_path / "out", "voice", progress=Watch(CANCEL_AT))
    job = tmp_path / "out" / ".reviewer-export" / "job.json"
    whole = job.read_text()
    changed = json.dumps(json.loads(whole) | {"columns": ["nonsense"]})
    outside = whole.replace('"voice/', '"../../voice/')
    for text in (outside, whole[:50], changed, "[]", '{"format": 1}'):
        job.write_text(text)
        with pytest.raises(ExportDestinationError):
            do_export(store, tmp_path / "out", "voice")
        with pytest.raises(ExportDestinationError):
            discard_export(store.session(ADMIN), tmp_path / "out")


def test_a_full_disk_is_told_plainly_and_the_export_goes_on_later(store, tmp_path):
    # More than the catalogue takes, so that the store itself still writes.
    put(store, letter(10, bytes(6_000_000)))
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (5_000_000, limits[1]))
    try:
        with pytest.raises(ExportFullError) as caught:
            do_export(store, tmp_path / "out", "email")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert str(tmp_path / "out") in str(caught.value)
    assert not list((tmp_path / "out").rglob("*.part"))
    assert do_export(store, tmp_path / "out", "email").files == 2
    read_export(tmp_path / "out")


def test_space_is_looked_at_before_anything_is_written(store, tmp_path, monkeypatch):
    plan = plan_export(store.session(ADMIN), Search(), tmp_path / "out", ExportOptions(ALL))
    assert plan.needed_bytes > 0
    assert plan.free_bytes == pytest.approx(shutil.disk_usage(tmp_path).free, rel=0.2)
    with pytest.raises(ExportFullError):
        run_export(store.session(ADMIN), replace(plan, free_bytes=1_000_000))
    assert not (tmp_path / "out").exists()


def test_only_one_writes_to_a_place(store, tmp_path):
    class Second:
        def __init__(self):
            self.error = None

        def report(self, done, total=None, what=""):
            if self.error is None:
                with pytest.raises(ExportDestinationError) as caught:
                    do_export(store, tmp_path / "out", *ALL)
                self.error = caught.value

        def raise_if_cancelled(self):
            pass

    watch = Second()
    result = do_export(store, tmp_path / "out", *ALL, progress=watch)
    assert "another export" in str(watch.error)
    assert result.files == 9
    read_export(tmp_path / "out")


def test_nothing_is_left_open_or_written_elsewhere(store, tmp_path, monkeypatch):
    elsewhere = tmp_path / "scratch"
    elsewhere.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(elsewhere))
    with pytest.raises(CancelledError):
        do_export(store, tmp_path / "out", table="xlsx", progress=Watch(1))
    do_export(store, tmp_path / "out", table="xlsx")
    assert not list(elsewhere.iterdir())
    read_export(tmp_path / "out")


def test_recordings_with_the_same_name_are_told_apart(tmp_path):
    recordings = tuple(make_recording(at(1), 0.1, source_name=f"{n}.wav") for n in range(3))
    content = {n: make_wav(0.1, seed=n + 1) for n in range(3)}
    with make_store(tmp_path) as store:
        put(store, make_incoming(1, content=content, recordings=recordings))
        do_export(store, tmp_path / "out", "voice")
    found = read_export(tmp_path / "out")
    digests = {hashlib.sha256(found.files[name]).hexdigest() for name in found.names("voice/")}
    assert len(digests) == 3


def test_a_transcript_whose_messages_were_not_read_is_exported_as_stored(tmp_path):
    recording = make_recording(
        at(1), 0, kind=RecordingKind.VOICE_TRANSCRIPT, media_type="application/json", spans=()
    )
    with make_store(tmp_path) as store:
        put(store, make_incoming(1, content={0: b'{"a": 1}'}, recordings=(recording,)))
        result = do_export(store, tmp_path / "out", "text")
    found = read_export(tmp_path / "out")
    (name,) = found.names("text/")
    assert found.files[name] == b'{"a": 1}'
    assert result.failed_count == 0


def test_what_somebody_put_beside_a_finished_zip_stays(store, tmp_path):
    do_export(store, tmp_path / "out.zip")
    beside = tmp_path / "out.zip.unfinished"
    beside.mkdir()
    (beside / "mine.txt").write_text("mine")
    assert do_export(store, tmp_path / "out.zip").already
    assert (beside / "mine.txt").read_text() == "mine"
    (tmp_path / "out.zip").unlink()
    with pytest.raises(ExportDestinationError):
        do_export(store, tmp_path / "out.zip")
    assert (beside / "mine.txt").read_text() == "mine"


class Meanwhile(Watch):
    """Progress during which somebody does something, at a step."""

    def __init__(self, at_step, act):
        super().__init__()
        self._at_step, self._act = at_step, act

    def report(self, done, total=None, what=""):
        super().report(done, total, what)
        if len(self.told) == self._at_step:
            self._act()


def erase_letter(session, place):
    """Delete one message of the email."""
    email = session.interactions.get(make_giid(1))
    chosen = letters_of(email)[place]
    session.erasure.erase([email.id], [What.EMAIL], "asked", shared=Shared.CUT, letter=chosen)


def test_a_message_deleted_since_does_not_go_on_with_the_export(tmp_path):
    with make_store(tmp_path / "store") as store:
        session = store.session(ADMIN)
        session.intake.put([case()])
        options = ExportOptions(frozenset({"email"}))
        plan = plan_export(session, Search(), tmp_path / "out.zip", options)
        with pytest.raises(CancelledError):
            run_export(session, plan, progress=Watch(stop_at=len(plan.job.pieces)))
        erase_letter(session, 1)
        plan = plan_export(session, Search(), tmp_path / "out.zip", options)
        assert plan.resumes
        result = run_export(session, plan)
    letters = [name for name in read_export(tmp_path / "out.zip").files if name.endswith(".eml")]
    assert len(letters) == len(TEXTS) - 1
    assert [one.error.code for one in result.failed] == [ContentGoneError.code]
    assert TEXTS[1].encode() not in b"".join(read_export(tmp_path / "out.zip").files.values())


@pytest.mark.parametrize("name", ["out", "out.zip"])
def test_what_is_deleted_while_it_is_exported_is_not_handed_out(tmp_path, name):
    with make_store(tmp_path / "store") as store:
        session = store.session(ADMIN)
        session.intake.put([call(1), call(2), call(3)])

        def erase_all():
            ids = [session.interactions.get(make_giid(n)).id for n in (1, 2)]
            session.erasure.erase(ids, [What.VOICE], "asked", shared=Shared.CUT)

        options = ExportOptions(frozenset({"voice"}))
        plan = plan_export(session, Search(), tmp_path / name, options)
        result = run_export(session, plan, progress=Meanwhile(len(plan.job.pieces), erase_all))
    exported = read_export(tmp_path / name)
    assert len(exported.names("voice/")) == 1
    assert len(result.failed) == 2
    assert {one["giid"] for one in exported.manifest["failed"]} == {make_giid(1), make_giid(2)}


def test_what_is_lost_while_it_is_exported_was_handed_out_as_it_was_stored(tmp_path):
    with make_store(tmp_path / "store") as store:
        session = store.session(ADMIN)
        session.intake.put([call(1), call(2), call(3)])

        def lose_one():
            (recording,) = session.interactions.get(make_giid(3)).recordings
            store._core.vault.delete(recording.object_id)
            session.centre.examine(repair=True)

        options = ExportOptions(frozenset({"voice"}))
        plan = plan_export(session, Search(), tmp_path / "out", options)
        result = run_export(session, plan, progress=Meanwhile(len(plan.job.pieces), lose_one))
        assert session.interactions.get(make_giid(3)).recordings[0].state is RecordingState.MISSING
    assert result.failed == ()
    assert len(read_export(tmp_path / "out").names("voice/")) == 3
