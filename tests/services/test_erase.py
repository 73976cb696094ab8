"""Which part of shared video is left, and the whole way through a real store."""

from __future__ import annotations

from contextlib import closing

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviewer.errors import UsageError
from reviewer.models.erasure import Shared, What
from reviewer.models.ids import MediaUs, WallUs
from reviewer.models.progress import NoProgress
from reviewer.models.recording import RecordingKind, RecordingState, Span
from reviewer.models.search import Search
from reviewer.services.erase import cut_piece, left_of, of_service
from reviewer.storage.local import erasing_run
from tests.helpers.stores import (
    ADMIN,
    STARTED_US,
    make_giid,
    make_incoming,
    make_recording,
    make_segment,
    make_store,
)
from tests.media.test_cutting import shown, video

S = 1_000_000
times = st.integers(0, 60)


@given(
    st.lists(st.tuples(times, st.integers(1, 20)), max_size=4),
    st.lists(st.tuples(times, st.integers(0, 20)), max_size=4),
)
def test_what_is_left_is_each_instant_that_is_not_erased(pieces, cuts) -> None:
    spans, media = [], 0
    for start, length in pieces:
        spans.append(Span(MediaUs(media), WallUs(start), length))
        media += length
    erased = [(WallUs(start), WallUs(start + length)) for start, length in cuts]

    def instants(some):
        return sorted(
            (span.media_start_us + i, span.wall_start_us + i)
            for span in some
            for i in range(span.duration_us)
        )

    wanted = [
        (at, wall)
        for at, wall in instants(spans)
        if not any(start <= wall < end for start, end in erased)
    ]
    assert instants(left_of(spans, erased)) == wanted


def test_a_piece_of_video_is_cut_so_that_the_others_keep_theirs(tmp_path) -> None:
    """Two calls on one piece of 20 s: 0-5 s and 8-14 s; the first one's video goes."""
    span = Span(MediaUs(0), WallUs(STARTED_US), 20 * S)
    piece = make_recording(
        kind=RecordingKind.SCREEN, segment_number=None, spans=(span,), media_type="video/webm"
    )
    data = video()
    items = [
        make_incoming(
            number,
            started_us=STARTED_US + start * S,
            segments=(
                make_segment(
                    started_us=STARTED_US + start * S, ended_us=WallUs(STARTED_US + end * S)
                ),
            ),
            recordings=(piece,),
            content={0: data},
        )
        for number, start, end in ((1, 0, 5), (2, 8, 14))
    ]
    with make_store(tmp_path) as store:
        session = store.session(ADMIN)
        session.intake.put(items)
        ids = [session.interactions.find(make_giid(1))]
        told, _ = session.erasure.erase(
            ids, [What.SCREEN], "asked", shared=Shared.CUT, cutter=cut_piece
        )
        assert list(told.interactions) == [make_giid(1)]
        assert told.failed == ()
        assert session.interactions.get(make_giid(1)).recordings[0].state is RecordingState.DELETED
        other = session.interactions.get(make_giid(2))
        recording = other.recordings[0]
        assert recording.spans == (Span(MediaUs(0), WallUs(STARTED_US + 5 * S), 15 * S),)
        with closing(session.content.open(other.id, recording)) as source:
            pictures = shown(source.read_at(0, source.size))
        assert [number for _, number in pictures] == list(range(5, 20))
        assert not store.examine()


def test_where_a_transaction_takes_long_the_next_are_smaller_for_a_while(
    tmp_path, monkeypatch
) -> None:
    """Other programs wait for it to write, and are refused in the end."""
    for name, value in (("BATCH", 4), ("_LEAST", 1), ("_LONGEST_S", 0.0)):
        monkeypatch.setattr(erasing_run, name, value)
    done: list[int] = []

    class Watch(NoProgress):
        def report(self, count, total=None, what=""):
            done.append(count)
            if count == 7:
                # From here on the machine is quick enough again.
                monkeypatch.setattr(erasing_run, "_LONGEST_S", 1e9)
                monkeypatch.setattr(erasing_run, "_SHORT_S", 1e9)

    with make_store(tmp_path) as store:
        session = store.session(ADMIN)
        session.intake.put([make_incoming(number) for number in range(16)])
        ids = session.interactions.ids(Search())
        told, _ = session.erasure.erase(
            ids, [What.VOICE], "asked", shared=Shared.CUT, progress=Watch()
        )
    assert len(told.interactions) == 16
    assert done == [0, 4, 6, 7, 8, 10, 14, 16]


def test_a_service_and_a_period_whose_end_is_not_in_it(tmp_path) -> None:
    with make_store(tmp_path) as store:
        session = store.session(ADMIN)
        session.intake.put([make_incoming(number) for number in (1, 2, 3)])
        found = of_service(session, "Support", "2023-10-05", "2023-10-06")
        assert len(found) == 3
        at = of_service(session, "Support", "2023-10-05", "2023-10-05T15:50:39")
        assert len(at) == 1
        assert len(of_service(session, "Other", "2023-10-05", "2023-10-06")) == 0
        for since, before in (("2023-10-06", "2023-10-05"), ("2023-10-05", "2023-10-05")):
            with pytest.raises(UsageError):
                of_service(session, "Support", since, before)
