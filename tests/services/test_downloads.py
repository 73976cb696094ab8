"""Downloads of one interaction: what is in them, who gets them, and what goes wrong."""

from __future__ import annotations

import io
import wave
import zipfile
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING

import av
import numpy as np
import pytest
from openpyxl import load_workbook

from reviewer.errors import (
    CancelledError,
    ContentGoneError,
    ContentMissingError,
    ExportDestinationError,
    MediaEmptyError,
    NotFoundError,
    RefusedError,
)
from reviewer.media.webm import write_webm
from reviewer.models.access import Privilege
from reviewer.models.ids import InteractionId, WallUs
from reviewer.models.interaction import Channel, Message, Note
from reviewer.models.progress import Cancellation
from reviewer.models.recording import PartyRole, RecordingKind, RecordingState
from reviewer.models.remarks import Place, RemarkKind
from reviewer.models.scoring import CategoryScore
from reviewer.services.downloads import Download, download, file_name, reason_against
from tests.helpers.stores import (
    ADMIN,
    SETTINGS,
    make_incoming,
    make_interaction,
    make_recording,
    make_segment,
    make_store,
    make_wav,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from reviewer.storage.local import LocalStore
    from reviewer.storage.store import Session

US = 1_000_000
START = 1_700_000_000 * US


def film() -> bytes:
    """Two seconds of screen video: dark, then bright."""
    file = io.BytesIO()
    shades = [(n * 500_000, np.full((48, 64, 4), 40 + 60 * n, np.uint8)) for n in range(4)]
    write_webm(file, shades, size=(64, 48), duration_us=2 * US, sound=None)
    return file.getvalue()


def call(shown: bytes | None = None, **values):
    """Ten seconds in two parts with a gap between, two of them with screen video."""
    parts = (
        make_segment(1, started_us=START, ended_us=WallUs(START + 4 * US), disposition="=1+1"),
        make_segment(2, started_us=START + 4 * US, ended_us=WallUs(START + 10 * US)),
    )
    recordings = (
        make_recording(START, 3, segment_number=1, source_name="a.wav"),
        make_recording(START + 6 * US, 4, segment_number=2, source_name="b.wav"),
        make_recording(
            START + 3 * US,
            2,
            kind=RecordingKind.SCREEN,
            segment_number=None,
            media_type="video/webm",
            source_name="screen.webm",
        ),
    )
    content = {0: make_wav(3, seed=2), 1: make_wav(4, seed=3), 2: shown or film()}
    return make_incoming(
        1, started_us=START, segments=parts, recordings=recordings, content=content, **values
    )


@pytest.fixture
def store(tmp_path: Path) -> Iterator[LocalStore]:
    with closing(make_store(tmp_path)) as made:
        yield made


@pytest.fixture
def session(store: LocalStore) -> Session:
    return store.session(ADMIN)


def put(session: Session, incoming) -> InteractionId:
    landed, _ = session.intake.put([incoming])
    assert landed[0].interaction_id is not None
    return landed[0].interaction_id


def samples(data: bytes) -> np.ndarray:
    with wave.open(io.BytesIO(data)) as file:
        assert (file.getframerate(), file.getnchannels()) == (8000, 1)
        return np.frombuffer(file.readframes(file.getnframes()), np.int16)


def test_the_sound_is_each_part_where_it_was(session: Session, tmp_path: Path) -> None:
    path = download(session, put(session, call()), Download.AUDIO, tmp_path / "x.wav")
    heard = samples(path.read_bytes())
    assert len(heard) == 80_000
    first, second = samples(make_wav(3, seed=2)), samples(make_wav(4, seed=3))
    assert np.array_equal(heard[:24_000], first)
    assert not heard[24_000:48_000].any()
    assert np.array_equal(heard[48_000:], second)
    assert [p.name for p in tmp_path.iterdir() if "x.wav" in p.name] == ["x.wav"]


def test_the_video_has_pictures_and_sound_at_their_times(session: Session, tmp_path: Path) -> None:
    path = download(session, put(session, call()), Download.VIDEO, tmp_path / "x.webm")
    with av.open(str(path)) as container:
        assert [s.codec_context.name for s in container.streams] == ["vp8", "vorbis"]
        frames = [
            (round(float(f.time or 0) * 1000), int(f.to_ndarray(format="gray").mean()))
            for f in container.decode(video=0)
        ]
    # The first sound of Vorbis takes up to 40 ms; pictures are as much later, in step with it.
    begin = frames[0][0]
    assert begin <= 40
    times = [at - begin for at, _ in frames]
    # The film's own last picture ends it, just before the dark.
    expected = [0, 3000, 3500, 4000, 4500, 5000, 5000, 10_000]
    assert times == pytest.approx(expected, abs=begin + 3)
    levels = [level for _, level in frames]
    assert levels == pytest.approx([0, 40, 100, 160, 220, 220, 0, 0], abs=16)
    with av.open(str(path)) as container:
        heard = np.concatenate([f.to_ndarray().reshape(-1) for f in container.decode(audio=0)])
    assert len(heard) == pytest.approx(80_000, abs=400)
    assert np.abs(heard[30_000:45_000]).max() < 0.02
    assert np.abs(heard[50_000:70_000]).max() > 0.03


def test_scores_come_with_the_recording_and_a_workbook(
    store: LocalStore, session: Session, tmp_path: Path
) -> None:
    at = WallUs(START + US)
    said = Message(at, PartyRole.AGENT, "Анна", "Добрый день")
    number = put(session, call(notes=(Note("ivanova", at, "Перезвонить"),), messages=(said,)))
    session.people.add_user("olga", "Ольга", ["qm_manager"])
    olga = store.session("olga")
    names = [category.name for category in session.evaluations.categories()]
    olga.evaluations.save(number, 1, [CategoryScore(names[0], 7)], "@SUM(A1)")
    olga.evaluations.save(number, 1, [CategoryScore(names[0], 9), CategoryScore(names[1], 3)])
    olga.comments.add(number, RemarkKind.COMMENT, Place(at), "видно всем", public=True)
    olga.comments.add(number, RemarkKind.COMMENT, Place(at), "тайна")
    path = download(olga, number, Download.SCORES, tmp_path / "x.zip")
    with zipfile.ZipFile(path) as packed:
        assert packed.testzip() is None
        names_in = packed.namelist()
        assert min(info.date_time[0] for info in packed.infolist()) > 2000
        heard = samples(packed.read("recording.wav"))
        book = load_workbook(io.BytesIO(packed.read("scores.xlsx")))
        text = packed.read("text.txt").decode()
    assert names_in == ["scores.xlsx", "recording.wav", "text.txt", "text.json"]
    assert len(heard) == 80_000
    assert "Добрый день" in text
    cells = {s.title: [[c.value for c in row] for row in s.iter_rows()] for s in book.worksheets}
    assert list(cells) == ["Interaction", "Segments", "Scores", "Notes", "Comments"]
    assert ["Disposition", "Solved"] in [row[:2] for row in cells["Interaction"]]
    assert cells["Segments"][1][7] == "=1+1"
    assert book["Segments"]["H2"].data_type == "s"
    heads, first, second = cells["Scores"]
    assert heads[4:6] == names[:2]
    assert (first[2], first[4], first[5], first[7]) == (1, 7, None, "@SUM(A1)")
    assert (second[2], second[4], second[5], second[6]) == (2, 9, 3, 6)
    assert [row[3] for row in cells["Notes"][1:]] == ["Перезвонить", "@SUM(A1)"]
    assert [row[4] for row in cells["Comments"][1:]] == ["видно всем"]


def test_a_chats_scores_come_with_its_text(session: Session, tmp_path: Path) -> None:
    said = Message(WallUs(START), PartyRole.CUSTOMER, "", "Где мой заказ?")
    chat = make_incoming(
        3, channel=Channel.CHAT, messages=(said,), recordings=(), content={}, started_us=START
    )
    path = download(session, put(session, chat), Download.SCORES, tmp_path / "x.zip")
    with zipfile.ZipFile(path) as packed:
        assert "Где мой заказ?" in packed.read("text.txt").decode()
        assert "recording.wav" not in packed.namelist()


# --- who, and what goes wrong


def test_it_needs_the_privilege_and_to_be_seen(
    store: LocalStore, session: Session, tmp_path: Path
) -> None:
    number = put(session, call())
    session.people.add_user("olga", "Olga", ["qm_evaluator"], teams=["Sales"])
    session.people.add_user("other", "Other", ["supervisor"], teams=["Claims"])
    with pytest.raises(RefusedError):
        download(store.session("olga"), number, Download.AUDIO, tmp_path / "x.wav")
    with pytest.raises(NotFoundError):
        download(store.session("other"), number, Download.AUDIO, tmp_path / "x.wav")
    assert not (tmp_path / "x.wav").exists()


def test_what_is_not_there_is_named(session: Session, tmp_path: Path) -> None:
    number = put(session, make_incoming(5))
    with pytest.raises(MediaEmptyError):
        download(session, number, Download.VIDEO, tmp_path / "x.webm")
    gone = make_interaction(6, recordings=(make_recording(state=RecordingState.DELETED),))
    assert isinstance(reason_against(gone, Download.AUDIO), ContentGoneError)
    assert reason_against(gone, Download.SCORES) is None


def test_a_recording_that_is_lost_leaves_no_file(
    store: LocalStore, session: Session, tmp_path: Path
) -> None:
    number = put(session, call())
    for path in (store.folder / "vault").rglob("*"):
        if path.is_file():
            path.unlink()
    (tmp_path / "out").mkdir()
    for kind in Download:
        with pytest.raises(ContentMissingError):
            download(session, number, kind, tmp_path / "out" / kind.value)
    assert list((tmp_path / "out").iterdir()) == []


def test_where_it_cannot_be_written_is_said(
    store: LocalStore, session: Session, tmp_path: Path
) -> None:
    number = put(session, call())
    for path in (tmp_path / "no" / "such" / "x.wav", store.folder / "x.wav"):
        with pytest.raises(ExportDestinationError):
            download(session, number, Download.AUDIO, path)
    assert not (store.folder / "x.wav").exists()


@pytest.mark.parametrize("kind", list(Download))
def test_cancelled_it_leaves_nothing(session: Session, tmp_path: Path, kind: Download) -> None:
    class Stops(Cancellation):
        def report(self, done: int, total: int | None = None, what: str = "") -> None:
            self.cancel()

    number = put(session, call())
    with pytest.raises(CancelledError):
        download(session, number, kind, tmp_path / "x", progress=Stops())
    assert not [path for path in tmp_path.iterdir() if path.name.startswith("x")]


def test_the_first_name_is_safe_and_tells_which_call_it_was() -> None:
    hostile = replace(make_interaction(1, started_us=START), from_address="../../etc/passwd\u202e")
    name = file_name(hostile, Download.AUDIO, SETTINGS.zone)
    assert name == "20231115_011320_ivanova__._.._etc_passwd.wav"


def marked(store: LocalStore, session: Session) -> Session:
    """Return the session of a user who is named on what they take out."""
    role, _ = session.people.add_role(
        "Marked", {Privilege.LISTEN_ALL, Privilege.DOWNLOAD}, watermark=True
    )
    session.people.add_user("vera", "Вера Кузнецова", [role.key])
    return store.session("vera")


def test_who_is_marked_is_named_all_over_the_video(
    store: LocalStore, session: Session, tmp_path: Path
) -> None:
    wide = io.BytesIO()
    grey = np.full((360, 640, 4), 100, np.uint8)
    write_webm(wide, [(0, grey)], size=(640, 360), duration_us=2 * US, sound=None)
    ident = put(session, call(wide.getvalue()))

    def spread(by: Session, name: str) -> int:
        path = download(by, ident, Download.VIDEO, tmp_path / name)
        with av.open(str(path)) as container:
            pictures = [f.to_ndarray(format="gray") for f in container.decode(video=0)]
        (seen,) = {int(p.max()) - int(p.min()) for p in pictures[1:2]}
        # Each quarter of the picture has some of it.
        quarters = [q for half in np.split(pictures[1], 2) for q in np.split(half, 2, axis=1)]
        assert all((int(q.max()) - int(q.min()) > 30) == (seen > 30) for q in quarters)
        return seen

    assert spread(session, "plain.webm") < 10
    assert spread(marked(store, session), "marked.webm") > 30


def test_who_is_marked_is_named_in_the_scores_and_texts(
    store: LocalStore, session: Session, tmp_path: Path
) -> None:
    at = WallUs(START)
    said = (Message(at, PartyRole.CUSTOMER, "", "Здравствуйте"),)
    chat = make_incoming(7, channel=Channel.CHAT, recordings=(), content={}, messages=said)
    ident = put(session, chat)

    def named(by: Session) -> list[bool]:
        path = download(by, ident, Download.SCORES, tmp_path / "scores.zip")
        with zipfile.ZipFile(path) as packed:
            book = load_workbook(io.BytesIO(packed.read("scores.xlsx")))
            cells = [str(c.value) for row in book.worksheets[0].iter_rows() for c in row]
            texts = [packed.read(n).decode() for n in packed.namelist() if n != "scores.xlsx"]
        return ["vera · Вера Кузнецова · 20" in text for text in [" ".join(cells), *texts]]

    assert named(session) == [False] * 3
    assert named(marked(store, session)) == [True] * 3
