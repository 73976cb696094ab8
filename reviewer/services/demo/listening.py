"""What goes on in the demo's recordings, told by what they are joined of: nothing is listened to.

Listening to all of them would take many times longer than making them. The level of every frame
of the material is known once it was decoded, and which frames are music; so it is found as from
the sound itself, but for what only spectra tell.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, Final

import numpy as np

from reviewer.media.activity_labels import Features, label
from reviewer.models.activity import Activity, ActivityKind, Run
from reviewer.models.ids import MediaUs, RecordingId
from reviewer.models.ranges import common
from reviewer.models.shares import UNKNOWN, Shares, shares_of, to_hear
from reviewer.models.timeline import lay_out
from reviewer.services.demo.voices import FRAME_US, RATE_HZ

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from numpy.typing import NDArray

    from reviewer.models.interaction import Interaction
    from reviewer.services.demo.voices import Track, Voices

_LEVELS_A_FRAME: Final = 2
_FULL_DB: Final = 90.3
_FRAME_S: Final = FRAME_US / 1e6
_TONES: Final = ("ring_en", "ring_ru", "busy")
_SILENT: Final = -75.0
"""Of a frame of a network's tones, the pauses in them."""


class Listening:
    """Tells what goes on in tracks of frames.

    Args:
        voices: The material.
    """

    def __init__(self, voices: Voices) -> None:
        self._voices = voices

    def shares(self, interaction: Interaction, tracks: Mapping[int, Track]) -> Shares:
        """Return the shares of a call.

        Args:
            interaction: It, before it is stored.
            tracks: What its recordings were made of, by their place.
        """
        timeline = lay_out(_numbered(interaction))
        known = {
            recording.id: self.activity(tracks[recording.id]) for recording in to_hear(timeline)
        }
        return shares_of(timeline, known) if known else UNKNOWN

    def activity(self, track: Track) -> Activity:
        """Return what goes on in a recording of one channel."""
        tones = np.isin(track, self._frames_of(*_TONES))
        features = Features(
            levels=self._levels[track].ravel(),
            level_s=_FRAME_S / _LEVELS_A_FRAME,
            bands=np.zeros((0, 8), np.float32),
            tones=tones & (self._levels[track].max(axis=1) > _SILENT),
            frame_s=_FRAME_S,
            cells=np.zeros((0, 1), np.uint8),
            frames_per_cell=1,
        )
        runs = label(features, len(track) * FRAME_US)
        music = list(_ranges(np.isin(track, self._frames_of("music"))))
        return Activity((tuple(_overlaid(runs, music)),))

    def _frames_of(self, *tones: str) -> Track:
        return np.concatenate([self._voices.clip("tones", tone) for tone in tones])

    @cached_property
    def _levels(self) -> NDArray[np.float32]:
        """`(frames, 2)`: the level of each hundredth of a second, dB of full scale."""
        samples = self._voices.samples().astype(np.float32)
        parts = samples.reshape(len(samples), _LEVELS_A_FRAME, RATE_HZ // 100)
        parts -= parts.mean(axis=2, keepdims=True)
        return np.asarray(10 * np.log10(np.square(parts).mean(axis=2) + 1e-2) - _FULL_DB)


def _numbered(interaction: Interaction) -> Interaction:
    """Return a call whose recordings are told apart by their places: they have no ids yet."""
    recordings = tuple(
        replace(recording, id=RecordingId(place))
        for place, recording in enumerate(interaction.recordings)
    )
    return replace(interaction, recordings=recordings)


def _ranges(mask: NDArray[np.bool_]) -> Iterator[tuple[int, int]]:
    edges = np.flatnonzero(np.diff(np.pad(mask.astype(np.int8), 1))).tolist()
    for begin, end in zip(edges[::2], edges[1::2], strict=True):
        yield begin * FRAME_US, end * FRAME_US


def _overlaid(runs: tuple[Run, ...], music: list[tuple[int, int]]) -> Iterator[Run]:
    """Yield runs with stretches of music in their place."""
    length = runs[-1].end_us if runs else 0
    rest, reached = [], 0
    for begin, end in music:
        rest.append((reached, begin))
        reached = end
    rest.append((reached, length))
    found = [Run(ActivityKind.MUSIC, MediaUs(begin), MediaUs(end)) for begin, end in music]
    for run in runs:
        found += [
            Run(run.kind, MediaUs(begin), MediaUs(end))
            for begin, end in common([(run.start_us, run.end_us)], [r for r in rest if r[0] < r[1]])
        ]
    yield from sorted(found, key=lambda run: run.start_us)
