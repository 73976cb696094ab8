"""Bringing recordings into a store: counts, batches, a stop in the middle, the other language."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest

from reviewer.errors import CancelledError, ImportSourceError, RefusedError
from reviewer.messages import speaking
from reviewer.models.search import Search
from reviewer.services.import_recordings import import_recordings
from tests.helpers.stores import ADMIN, make_store
from tests.services.importers.asterisk_logs import NOON, Cel, classic, write_cdr, write_wav


def calls(count: int) -> list[str]:
    return [
        classic("2026-09-21 17:13:20", 5, 5, channel=f"PJSIP/t-{n:08x}", tail=(f"{NOON}.{n}", ""))
        for n in range(count)
    ]


@pytest.fixture
def session(tmp_path):
    with make_store(tmp_path / "stores") as store:
        yield store.session(ADMIN)


class Progress:
    """Stops when call number `stop_at` is reached."""

    def __init__(self, stop_at: int | None = None) -> None:
        self.told: list[tuple[int, int | None, str]] = []
        self._stop_at = stop_at
        self._stop = False

    def report(self, done: int, total: int | None = None, what: str = "") -> None:
        self.told.append((done, total, what))
        if what.startswith(f"{NOON}.") and done == self._stop_at:
            self._stop = True

    def raise_if_cancelled(self) -> None:
        if self._stop:
            raise CancelledError(resume="")


def test_counts_and_what_changed(session, tmp_path):
    source = tmp_path / "source"
    write_cdr(source, *calls(3), '"broken"')
    write_wav(source / f"{NOON}.0.wav", 3)
    result = import_recordings(session, source)
    assert (result.kind, result.added, result.updated, result.unchanged) == ("asterisk", 3, 0, 0)
    assert result.total == 3
    assert len(result.changes.interactions) == 3
    assert [r.item for r in result.rejected] == ["cdr-csv/Master.csv:4"]
    rows = session.interactions.search(Search())
    assert len(rows) == 3


def test_content_arrives_as_it_was(session, tmp_path):
    source = tmp_path / "source"
    path = write_wav(source / f"{NOON}.0.wav", 2)
    import_recordings(session, source)
    (row,) = session.interactions.search(Search())
    call = session.interactions.get_by_id(row.id)
    stored = session.content.open(call.id, call.recordings[0])
    assert stored.read_at(0, stored.size) == path.read_bytes()
    stored.close()


def test_dry_run_changes_nothing(session, tmp_path):
    write_cdr(tmp_path / "source", *calls(3))
    result = import_recordings(session, tmp_path / "source", dry_run=True)
    assert result.added == 3
    assert not result.changes
    assert session.interactions.search(Search()) == ()


def test_a_stop_keeps_what_was_taken_and_the_next_goes_on(session, tmp_path):
    write_cdr(tmp_path / "source", *calls(250))
    with pytest.raises(CancelledError) as stopped:
        import_recordings(session, tmp_path / "source", progress=Progress(stop_at=150))
    assert "goes on from there" in str(stopped.value)
    kept = session.interactions.count(Search()).n
    assert kept == 100
    again = import_recordings(session, tmp_path / "source")
    assert (again.unchanged, again.added) == (kept, 250 - kept)


def test_progress_is_told(session, tmp_path):
    write_cdr(tmp_path / "source", *calls(20))
    progress = Progress()
    import_recordings(session, tmp_path / "source", progress=progress)
    assert (19, 20, f"{NOON}.19") in progress.told


def test_local_times_are_the_centres_unless_told_otherwise(session, tmp_path):
    write_cdr(tmp_path / "source", classic("2026-09-21 17:13:20", 5, 5))
    import_recordings(session, tmp_path / "source")
    import_recordings(session, tmp_path / "source", zone=ZoneInfo("UTC"), system="other")
    starts = sorted(row.started_us for row in session.interactions.search(Search()))
    assert starts == [NOON * 1_000_000, (NOON + 3 * 3600) * 1_000_000]


def test_reasons_are_told_in_the_language_in_force(session, tmp_path):
    write_cdr(tmp_path / "source", *calls(1), '"broken"')
    (rejected,) = import_recordings(session, tmp_path / "source").rejected
    assert rejected.sentence() == "the order of the row's columns is not known (columns: 1)"
    with speaking("ru"):
        assert rejected.sentence() == "порядок столбцов строки неизвестен (столбцов: 1)"


@pytest.mark.parametrize("name", ["nowhere", "empty"])
def test_no_source(session, tmp_path, name):
    (tmp_path / "empty").mkdir()
    with pytest.raises(ImportSourceError):
        import_recordings(session, tmp_path / name)


def test_logs_that_were_rotated_away_take_nothing_back(session, tmp_path):
    """The events of a transferred call are gone, its one call record is still there."""
    own = f"{NOON}.1"
    customer, one = ("PJSIP/t-00000001", own, own), ("PJSIP/201-00000002", f"{NOON}.2", own)
    two = ("PJSIP/202-00000003", f"{NOON}.3", own)
    cel = Cel()
    for channel in (customer, one, two):
        cel.add(0.25, "CHAN_START", *channel, exten="600")
    cel.bridge(5, 20, "b1", customer, one)
    cel.add(20, "BLINDTRANSFER", *one, extra={"extension": "202"})
    cel.bridge(25, 50, "b2", customer, two)
    cel.add(50, "HANGUP", *customer)
    full, later = tmp_path / "full", tmp_path / "later"
    cel.write(full)
    line = classic(
        "2026-09-21 17:13:20", 50, 50, channel=customer[0], dstchannel=two[0],
        tail=(own, "", "", own, 1),
    )  # fmt: skip
    for source in (full, later):
        write_cdr(source, line)
    import_recordings(session, full)
    (row,) = session.interactions.search(Search())
    before = session.interactions.get_by_id(row.id)
    assert [s.transfer is not None for s in before.segments] == [True, False]

    again = import_recordings(session, later)
    assert (again.added, again.updated, again.unchanged) == (0, 0, 1)
    assert session.interactions.get_by_id(row.id) == before

    write_wav(later / f"{own}.wav", 3)
    assert import_recordings(session, later).updated == 1
    after = session.interactions.get_by_id(row.id)
    assert [r.source_name for r in after.recordings] == [f"{own}.wav"]
    assert (after.segments, after.started_us) == (before.segments, before.started_us)
    assert import_recordings(session, later).unchanged == 1


def test_without_the_privilege(tmp_path):
    write_cdr(tmp_path / "source", *calls(1))
    with make_store(tmp_path / "stores") as store:
        store.session(ADMIN).people.add_user("rita", "Rita", ["supervisor"])
        with pytest.raises(RefusedError):
            import_recordings(store.session("rita"), tmp_path / "source")
