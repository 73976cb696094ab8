"""What seldom happens: half a header, a note that cannot be read, sound that vanishes meanwhile."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from zoneinfo import ZoneInfo

import pytest

from reviewer.errors import ImportSourceError
from reviewer.models.interaction import StretchKind
from reviewer.services.import_recordings import import_recordings
from reviewer.services.importers.asterisk.clock import naive
from reviewer.services.importers.asterisk.importer import AsteriskImporter
from reviewer.services.importers.base import ImportOptions
from tests.helpers.stores import ADMIN, make_store
from tests.services.importers.asterisk_logs import (
    NOON,
    Cel,
    S,
    classic,
    quoted,
    read,
    read_one,
    write_cdr,
    write_wav,
)

L = f"{NOON}.1"
START = "2026-09-21 17:13:20"
GOOD = classic(START, 5, 5, tail=(L, ""))


@pytest.mark.parametrize("text", ["2026-13-01 00:00:00", "2026-02-30 10:00:00", "yesterday", ""])
def test_dates_that_are_none(text):
    assert naive(text) is None


def test_a_source_that_is_not_there(tmp_path):
    options = ImportOptions(ZoneInfo("UTC"), "")
    with pytest.raises(ImportSourceError):
        next(AsteriskImporter().read(tmp_path / "gone", options))


def test_a_row_shorter_than_its_header_is_named(tmp_path):
    header = "calldate,clid,src,dst,dcontext,channel,dstchannel,lastapp,lastdata,duration,billsec,"
    header += "disposition,amaflags,accountcode,uniqueid,userfield"
    row = quoted(START, "<1>", "1", "600", "c", "PJSIP/t-1", "", "Wait", "", 5, 5, "ANSWERED",
                 "DOCUMENTATION", "", L, "")  # fmt: skip
    write_cdr(tmp_path, header, row, '"only","four","columns","here"', name="cdr.csv")
    taken, rejected = read(tmp_path)
    assert [i.interaction.source.key for i in taken] == [L]
    assert [(r.item, r.code) for r in rejected] == [("cdr.csv:3", "import.row")]


def test_a_database_cut_in_the_middle_is_taken_for_one_only_where_nothing_else_is(tmp_path):
    path = tmp_path / "master.db"
    with closing(sqlite3.connect(path)) as database:
        database.execute("CREATE TABLE cdr (uniqueid TEXT)")
        database.executemany("INSERT INTO cdr VALUES (?)", [("x" * 500,)] * 500)
        database.commit()
    path.write_bytes(path.read_bytes()[:3000])
    # It is read to be named, as damaged.
    assert AsteriskImporter().detect(path) == 0.1


@pytest.mark.parametrize("extra", ["[1]", "{broken", "null", "a,b,c"])
def test_what_events_add_is_taken_only_where_it_is_known(tmp_path, extra):
    cel = Cel().add(0, "CHAN_START", "PJSIP/t-1", L, L, num="74950000001", exten="600")
    cel.add(9, "HANGUP", "PJSIP/t-1", L, L).add(9, "CHAN_END", "PJSIP/t-1", L, L)
    cel.lines = [line[:-2] + quoted(extra) for line in cel.lines]
    cel.write(tmp_path)
    assert read_one(tmp_path).duration_us == 9 * S


def test_voicemail_without_events_begins_where_its_note_says(tmp_path):
    box = tmp_path / "voicemail" / "default" / "200" / "INBOX"
    write_wav(box / "msg0000.wav", 4)
    note = f"[message]\ncallerid=<74951112233>\norigtime={NOON}\nduration=4\nmsg_id={NOON}-0001\n"
    (box / "msg0000.txt").write_text(note)
    (box / "msg0001.txt").write_text("x" * 70_000)
    write_wav(box / "msg0001.wav", 2)
    taken, rejected = read(tmp_path)
    assert {r.item.rpartition("/")[2] for r in rejected} == {"msg0001.txt"}
    starts = {i.interaction.recordings[0].spans[0].wall_start_us for i in taken}
    assert NOON * S in starts
    assert len(taken) == 2


def test_a_hold_that_the_queue_log_never_ends_lasts_until_the_call_does(tmp_path):
    lines = [
        f"{NOON}|{L}|600|NONE|ENTERQUEUE||74950000001|1",
        f"{NOON + 4}|{L}|600|PJSIP/201|CONNECT|4|{NOON}.2|3",
        f"{NOON + 10}|{L}|600|PJSIP/201|HOLD",
        f"{NOON + 20}|{L}|600|PJSIP/201|COMPLETECALLER|4|16|1",
    ]
    (tmp_path / "queue_log").write_text("\n".join(lines) + "\n")
    call = read_one(tmp_path)
    held = [s.duration_us for p in call.segments for s in p.stretches if s.kind is StretchKind.HOLD]
    assert held == [10 * S]


def test_a_queue_log_that_begins_in_the_middle_of_a_call(tmp_path):
    lines = [
        f"{NOON}|{L}|600|PJSIP/201|UNHOLD",
        f"{NOON + 5}|{L}|600|PJSIP/201|COMPLETEAGENT|4|16|1",
    ]
    (tmp_path / "queue_log").write_text("\n".join(lines) + "\n")
    taken, rejected = read(tmp_path)
    assert rejected == []
    assert [i.interaction.source.key for i in taken] == [L]
    assert taken[0].interaction.from_address == ""


def test_sound_that_vanishes_while_it_is_brought_in_is_named_and_the_rest_is_taken(tmp_path):
    source = tmp_path / "source"
    rows = [
        classic(START, 5, 5, channel=f"PJSIP/t-{n:08x}", tail=(f"{NOON}.{n}", "")) for n in (1, 2)
    ]
    write_cdr(source, *rows)
    wav = write_wav(source / f"{NOON}.1.wav", 3)

    class Deleting:
        def report(self, done, total=None, what=""):
            if what == f"{NOON}.2":
                wav.unlink()

        def raise_if_cancelled(self):
            pass

    with make_store(tmp_path / "stores") as store:
        session = store.session(ADMIN)
        result = import_recordings(session, source, progress=Deleting())
        assert result.added == 1
        assert [r.item for r in result.rejected] == [f"{NOON}.1"]
        assert "there is no such file or folder" in result.rejected[0].sentence()
        # With the file back, the same import goes on.
        write_wav(wav, 3)
        assert import_recordings(session, source).added == 1


def test_a_long_log_tells_how_far_it_is(tmp_path):
    rows = [
        classic(START, 5, 5, channel=f"PJSIP/t-{n:08x}", tail=(f"{NOON}.{n}", ""))
        for n in range(600)
    ]
    write_cdr(tmp_path, *rows)
    told = []

    class Watching:
        def report(self, done, total=None, what=""):
            told.append((done, total, what))

        def raise_if_cancelled(self):
            pass

    options = ImportOptions(ZoneInfo("UTC"), "", Watching())
    assert sum(1 for _ in AsteriskImporter().read(tmp_path, options)) == 600
    done, total, what = told[0]
    assert what == "cdr-csv/Master.csv"
    assert 0 < done < total


def test_good_rows_beside_an_unreadable_name_of_a_directory(tmp_path):
    write_cdr(tmp_path, GOOD)
    (tmp_path / "odd.wav").mkdir()
    taken, rejected = read(tmp_path)
    assert rejected == []
    assert len(taken) == 1
