"""What is in the store is not replaced by less: shorter or broken sound, another system's call."""

from __future__ import annotations

import subprocess
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from reviewer.media.probe import probe
from reviewer.models.scoring import CategoryScore
from reviewer.models.search import Search
from reviewer.services.import_recordings import import_recordings
from reviewer.storage.catalogue import schema
from tests.helpers.stores import ADMIN, make_store
from tests.services.importers.asterisk_logs import NOON, classic, quoted, read, write_cdr, write_wav

if TYPE_CHECKING:
    from pathlib import Path

OWN = f"{NOON}.1"
COLUMNS = (
    "accountcode src dst dcontext clid channel dstchannel lastapp lastdata start answer end "
    "duration billsec disposition amaflags uniqueid userfield linkedid"
)
HEADER = COLUMNS.split()
NEEDED = ("start", "channel", "disposition")


@pytest.fixture
def store(tmp_path):
    with make_store(tmp_path / "stores") as store:
        yield store


def source(folder: Path, *, src: str = "74950000001", agent: str = "201") -> Path:
    line = classic(
        "2026-09-21 17:13:20", 10, 10, src=src, clid=f"<{src}>",
        dstchannel=f"PJSIP/{agent}-00000002", tail=(OWN, "", "", OWN, 1),
    )  # fmt: skip
    write_cdr(folder, line)
    return folder


def heard(session):
    """Return the one call, and the length of each of its sounds as it is stored."""
    (row,) = session.interactions.search(Search())
    call = session.interactions.get_by_id(row.id)
    lengths = []
    for recording in call.recordings:
        with closing(session.content.open(call.id, recording)) as content:
            lengths.append(probe(content, recording.media_type).duration_us)
    return call, lengths


@pytest.mark.parametrize("worse", ["shorter", "empty", "broken"])
def test_sound_that_is_there_is_not_replaced_by_less(store, tmp_path, worse):
    session = store.session(ADMIN)
    folder = source(tmp_path / "pbx")
    path = write_wav(folder / "monitor" / f"{OWN}.wav", 8)
    import_recordings(session, folder)
    before = heard(session)
    if worse == "shorter":
        write_wav(path, 3)
    else:
        path.write_bytes(b"" if worse == "empty" else b"RIFF of nothing at all")
    again = import_recordings(session, folder)
    assert heard(session) == before
    assert before[1] == [8_000_000]
    kept = [r for r in again.rejected if r.code == "import.sound_kept"]
    assert [r.item for r in kept] == [path.name]
    assert store.examine() == ()


def test_a_recording_that_went_on_is_taken(store, tmp_path):
    session = store.session(ADMIN)
    folder = source(tmp_path / "pbx")
    path = write_wav(folder / "monitor" / f"{OWN}.wav", 3)
    import_recordings(session, folder)
    write_wav(path, 8)
    assert import_recordings(session, folder).updated == 1
    assert heard(session)[1] == [8_000_000]


def test_a_converted_copy_is_the_recording_that_is_there(store, tmp_path):
    session = store.session(ADMIN)
    folder = source(tmp_path / "pbx")
    path = write_wav(folder / "monitor" / f"{OWN}.wav", 8)
    import_recordings(session, folder)
    before = heard(session)
    command = ["ffmpeg", "-v", "error", "-i", str(path), str(path.with_suffix(".mp3"))]
    subprocess.run(command, check=True, timeout=60)
    again = import_recordings(session, folder)
    assert (again.updated, again.rejected) == (0, ())
    path.unlink()
    again = import_recordings(session, folder)
    assert (again.updated, again.unchanged, again.rejected) == (0, 1, ())
    assert heard(session) == before


def test_another_system_that_numbers_alike_is_refused_and_named_apart_taken(store, tmp_path):
    session = store.session(ADMIN)
    first, second = source(tmp_path / "a"), source(tmp_path / "b", src="74991112233", agent="305")
    for folder, number in ((first, "74950000001"), (second, "74991112233")):
        name = f"q-600-{number}-20260921-171320-{OWN}.wav"
        write_wav(folder / "monitor" / name, 5 if folder == first else 6)
    import_recordings(session, first)
    before = heard(session)
    again = import_recordings(session, second)
    assert (again.added, again.updated) == (0, 0)
    assert [(r.item, r.code) for r in again.rejected] == [(OWN, "import.clash")]
    assert "--system" in again.rejected[0].sentence()
    assert heard(session) == before
    assert import_recordings(session, second, system="second").added == 1
    assert import_recordings(session, second, system="second").unchanged == 1


@pytest.mark.parametrize("missing", [name for name in HEADER if name not in NEEDED])
def test_a_header_without_an_optional_column(tmp_path, missing):
    values = dict(zip(HEADER, classic(
        "2026-09-21 17:13:20", 10, 10, end="2026-09-21 17:13:30", dstchannel="PJSIP/201-00000002",
        tail=(OWN, "", OWN),
    )[1:-1].split('","'), strict=True))  # fmt: skip
    del values[missing]
    row = quoted(*(value.replace('""', '"') for value in values.values()))
    write_cdr(tmp_path, ",".join(values), row)
    taken, rejected = read(tmp_path)
    assert rejected == []
    (call,) = (item.interaction for item in taken)
    assert call.duration_us == 10_000_000
    assert call.segments[0].ended_us == call.started_us + 10_000_000


def test_a_header_without_duration_and_end(tmp_path):
    write_cdr(
        tmp_path,
        "src,dst,channel,dstchannel,start,billsec,disposition,uniqueid",
        f"74950000001,600,PJSIP/t-00000001,PJSIP/201-00000002,2026-09-21 17:13:20,7,ANSWERED,{OWN}",
    )
    taken, rejected = read(tmp_path)
    assert rejected == []
    assert taken[0].interaction.duration_us == 7_000_000


def test_cut_and_empty_sound_is_named_and_comes_in(store, tmp_path):
    session = store.session(ADMIN)
    folder = source(tmp_path / "pbx")
    whole = write_wav(folder / "monitor" / f"{OWN}.wav", 8)
    cut = whole.with_name(f"{OWN}-in.wav")
    cut.write_bytes(whole.read_bytes()[:40_000])
    empty = whole.with_name(f"{OWN}-out.wav")
    empty.write_bytes(b"")
    result = import_recordings(session, folder)
    assert (result.added, result.rejected) == (1, ())
    named = {one.item.rpartition("/")[2]: one for one in result.warned}
    assert {name: one.code for name, one in named.items()} == {
        cut.name: "import.sound_short",
        empty.name: "import.sound_empty",
    }
    assert f"40000 of {whole.stat().st_size} bytes" in named[cut.name].sentence()
    call, lengths = heard(session)
    assert len(call.recordings) == 3
    assert sorted(lengths)[-1] == 8_000_000


def test_doctor_names_an_evaluation_without_its_segment(store, tmp_path):
    session = store.session(ADMIN)
    import_recordings(session, source(tmp_path / "pbx"))
    (row,) = session.interactions.search(Search())
    session.evaluations.save(row.id, 1, [CategoryScore("Greeting", 9)], "")
    assert store.examine() == ()
    with store._core.database.write() as connection:
        connection.execute(schema.evaluations.update().values(segment_number=7))
    assert [one.code for one in store.examine()] == ["stray_mark"]
