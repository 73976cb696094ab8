"""Downloads of one interaction: its sound, its video, its scores with the recording.

The one place where any of them is done: each needs the privilege `download`.
"""

from __future__ import annotations

import zipfile
from contextlib import closing, contextmanager
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Final

from reviewer.errors import (
    N_,
    ContentGoneError,
    ExportDestinationError,
    MediaEmptyError,
    ReviewerError,
    reason_of,
)
from reviewer.media.sound_file import vorbis, write_wav
from reviewer.media.video import VideoReader
from reviewer.media.webm import write_webm
from reviewer.models.access import Privilege
from reviewer.models.audit import Purpose
from reviewer.models.course import plan_course
from reviewer.models.ids import TimelineUs
from reviewer.models.naming import NameBook, NameFacts, fill_template, safe_name
from reviewer.models.progress import NoProgress
from reviewer.models.recording import SOUND_KINDS, RecordingKind, RecordingState
from reviewer.models.timeline import lay_out
from reviewer.player.mixer import MixDesk, VirtualWav
from reviewer.services.exporters.base import Draft, exporter_of
from reviewer.services.exporters.packing import entry_of
from reviewer.services.exporters.planning import piece_of
from reviewer.services.score_book import score_book
from reviewer.services.watermarking import Burner, session_watermark
from reviewer.storage.atomic import replacing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import BinaryIO
    from zoneinfo import ZoneInfo

    import numpy as np
    from numpy.typing import NDArray

    from reviewer.models.bytesource import ByteSource
    from reviewer.models.ids import InteractionId
    from reviewer.models.interaction import Interaction
    from reviewer.models.progress import Progress
    from reviewer.models.recording import Recording
    from reviewer.models.timeline import Piece, Timeline
    from reviewer.storage.store import Session


class Download(StrEnum):
    """What can be downloaded."""

    SCORES = "scores"
    VIDEO = "video"
    AUDIO = "audio"


EXTENSIONS: Final = {Download.SCORES: ".zip", Download.VIDEO: ".webm", Download.AUDIO: ".wav"}
_NAME: Final = "$(callDate)_$(callTime)_$(agent)_$(customerPhone)"
_BLOCK_S: Final = 5
_BOOK: Final = "scores.xlsx"
_SOUND: Final = "recording.wav"
_TEXTS: Final = ("text", "email")
"""Exporters whose files go along where there is no sound."""


def file_name(interaction: Interaction, kind: Download, zone: ZoneInfo) -> str:
    """Return what a download is called at first."""
    stem = fill_template(_NAME, NameFacts(interaction, zone))
    return safe_name(stem + EXTENSIONS[kind])


def reason_against(interaction: Interaction, kind: Download) -> ReviewerError | None:
    """Return why there is nothing to download of a kind; None if there is."""
    if kind is Download.SCORES:
        return None
    kinds = SOUND_KINDS if kind is Download.AUDIO else frozenset({RecordingKind.SCREEN})
    name = "audio" if kind is Download.AUDIO else "video"
    state = interaction.content_state(*kinds)
    if state in (RecordingState.DELETED, RecordingState.EXPIRED):
        return ContentGoneError(name=name)
    timeline = lay_out(interaction)
    there = timeline.sound if kind is Download.AUDIO else timeline.screen
    return None if there else MediaEmptyError(name=name)


def download(
    session: Session,
    interaction_id: InteractionId,
    kind: Download,
    path: Path,
    *,
    progress: Progress | None = None,
) -> Path:
    """Write a download to a file, whole or not at all.

    Args:
        session: Whose.
        interaction_id: Of which interaction.
        kind: What of it.
        path: Where to; a file that is there is replaced.
        progress: Told in per cent, and asked whether to stop.

    Returns:
        The file.

    Raises:
        RefusedError: Lacks `download`. NotFoundError.
        ContentError and its kinds: What is to be written is gone, missing or damaged.
        ExportDestinationError: It cannot be written there, or lies in the store.
        CancelledError.

    Thread: any, not the window's.
    """
    session.people.me.require(Privilege.DOWNLOAD)
    interaction = session.interactions.get_by_id(interaction_id, purpose=Purpose.DOWNLOAD)
    error = reason_against(interaction, kind)
    if error is not None:
        raise error
    told = progress or NoProgress()
    write = {Download.AUDIO: _audio, Download.VIDEO: _video, Download.SCORES: _scores}[kind]
    with _written(path, session) as file:
        write(file, session, interaction, told)
    return path


@contextmanager
def _written(path: Path, session: Session) -> Iterator[BinaryIO]:
    target = path.absolute()
    store = session.store.url
    if "://" not in store and target.resolve().is_relative_to(Path(store).resolve()):
        raise ExportDestinationError(
            destination=str(target), reason=N_("it lies within the store itself")
        )
    try:
        with replacing(target) as file:
            yield file
    except OSError as error:
        raise ExportDestinationError(destination=str(target), reason=reason_of(error)) from error


# --- sound -------------------------------------------------------------------------------------


def _opener(session: Session, interaction: Interaction) -> Callable[[Recording], ByteSource]:
    def opened(recording: Recording) -> ByteSource:
        return session.content.open(interaction.id, recording, purpose=Purpose.DOWNLOAD)

    return opened


class _Mix:
    """The whole timeline's sound, piece by piece; a recording that cannot be read ends it."""

    def __init__(self, session: Session, interaction: Interaction, timeline: Timeline) -> None:
        self._broken: list[ReviewerError] = []
        desk = MixDesk(plan_course(timeline))
        self.wav = VirtualWav(timeline, _opener(session, interaction), desk, self._on_broken)
        self._raise_broken()

    def _on_broken(self, _recording: Recording, error: ReviewerError) -> None:
        self._broken.append(error)

    def _raise_broken(self) -> None:
        if self._broken:
            self.wav.close()
            raise self._broken[0]

    def blocks(self, progress: Progress, share: tuple[int, int]) -> Iterator[NDArray[np.int16]]:
        """Yield the sound; `share` is from where to where of the whole work it is, per cent."""
        size, begin = self.wav.rate_hz * _BLOCK_S, share[0]
        for first in range(0, self.wav.frames, size):
            progress.raise_if_cancelled()
            done = begin + (share[1] - begin) * first // max(1, self.wav.frames)
            progress.report(done, 100)
            block = self.wav.mix(first, min(size, self.wav.frames - first))
            self._raise_broken()
            yield block


def _audio(file: BinaryIO, session: Session, interaction: Interaction, progress: Progress) -> None:
    mix = _Mix(session, interaction, lay_out(interaction))
    with closing(mix.wav) as wav:
        write_wav(
            file,
            mix.blocks(progress, (0, 100)),
            rate_hz=wav.rate_hz,
            channels=wav.channels,
            frames=wav.frames,
        )


# --- video -------------------------------------------------------------------------------------


def _video(file: BinaryIO, session: Session, interaction: Interaction, progress: Progress) -> None:
    timeline = lay_out(interaction)
    sound = None
    if timeline.sound:
        mix = _Mix(session, interaction, timeline)
        with closing(mix.wav) as wav:
            blocks = mix.blocks(progress, (0, 20))
            sound = vorbis(blocks, rate_hz=wav.rate_hz, channels=wav.channels)
    burner = Burner(session_watermark(session))
    film = _Film(timeline, _opener(session, interaction), progress, burner)
    with closing(film):
        write_webm(
            file,
            film.pictures(),
            size=film.size(),
            duration_us=timeline.duration_us,
            sound=sound,
        )


class _Film:
    """The pictures along a timeline, from however many pieces; black where there is none."""

    def __init__(
        self,
        timeline: Timeline,
        opener: Callable[[Recording], ByteSource],
        progress: Progress,
        burner: Burner,
    ) -> None:
        self._timeline = timeline
        self._opener = opener
        self._progress = progress
        self._burner = burner
        self._reader: tuple[Recording, VideoReader] | None = None

    def close(self) -> None:
        """Let go of what is open."""
        if self._reader is not None:
            self._reader[1].close()
            self._reader = None

    def size(self) -> tuple[int, int]:
        """Return the size of the first picture there is."""
        for piece in self._timeline.screen:
            picture = self._of(piece.recording).picture_at(int(piece.media_start_us))
            if picture is not None:
                return picture.width, picture.height
        return 640, 360

    def pictures(self) -> Iterator[tuple[int, NDArray[np.uint8] | None]]:
        """Yield each picture with the position from which it is shown."""
        reached = 0
        yield 0, None
        for piece in self._timeline.screen:
            begin = max(reached, int(piece.start_us))
            end = min(int(piece.end_us), self._timeline.duration_us)
            if begin >= end:
                continue
            yield from self._of_piece(piece, begin, end)
            reached = end
            if end < self._timeline.duration_us:
                yield end, None

    def _of_piece(
        self, piece: Piece, begin: int, end: int
    ) -> Iterator[tuple[int, NDArray[np.uint8] | None]]:
        reader = self._of(piece.recording)
        at = begin
        while at < end:
            self._progress.raise_if_cancelled()
            whole = max(1, self._timeline.duration_us)
            self._progress.report(20 + 80 * at // whole, 100)
            place = int(piece.media_at(TimelineUs(at)))
            picture = reader.picture_at(place)
            if picture is not None:
                yield at, self._burner.burned(picture.pixels)
            following = reader.step(place, 1)
            if following is None or following <= place:
                return
            at += following - place

    def _of(self, recording: Recording) -> VideoReader:
        if self._reader is None or self._reader[0] != recording:
            self.close()
            self._reader = (recording, VideoReader(self._opener(recording)))
        return self._reader[1]


# --- scores ------------------------------------------------------------------------------------


def _scores(file: BinaryIO, session: Session, interaction: Interaction, progress: Progress) -> None:
    evaluations = session.evaluations.of(interaction.id)
    # What one keeps to oneself does not go into a file for others.
    comments = [c for c in session.comments.of(interaction.id) if c.public]
    timeline, at = lay_out(interaction), datetime.now(session.settings.zone)
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        by = session_watermark(session)
        book = score_book(interaction, evaluations, comments, session.settings.zone, by=by)
        packed.writestr(entry_of(_BOOK, at), book)
        if timeline.sound:
            mix, sound = _Mix(session, interaction, timeline), entry_of(_SOUND, at)
            sound.compress_type = zipfile.ZIP_DEFLATED
            with closing(mix.wav) as wav, packed.open(sound, "w", force_zip64=True) as inner:
                write_wav(
                    inner,  # type: ignore[arg-type]  # a file open for writing
                    mix.blocks(progress, (5, 95)),
                    rate_hz=wav.rate_hz,
                    channels=wav.channels,
                    frames=wav.frames,
                )
        names = NameBook()
        for kind in _TEXTS:
            _pack_texts(packed, at, kind, session, interaction, names)
        progress.raise_if_cancelled()


def _pack_texts(
    packed: zipfile.ZipFile,
    at: datetime,
    kind: str,
    session: Session,
    interaction: Interaction,
    names: NameBook,
) -> None:
    """Add chats, transcripts and emails that are there; what is gone is left out."""
    maker = exporter_of(kind)
    drafts = [draft for draft in maker.drafts(interaction) if isinstance(draft, Draft)]
    for draft in drafts:
        name = names.take(kind, draft.ending)
        piece = piece_of(name, kind, interaction, draft)
        with packed.open(entry_of(name, at), "w", force_zip64=True) as inner:
            for chunk in maker.content(session, interaction, piece):
                inner.write(chunk)
