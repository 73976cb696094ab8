"""From what was measured of a channel to runs of speech, silence, music and ringing.

Used by `reviewer.media.activity`; pure numpy. The numbers were chosen on prompts of eight voices,
five pieces of hold music, tones and noises, through GSM 06.10, mu-law and plain.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from reviewer.models.activity import ActivityKind, Run
from reviewer.models.ids import US_PER_S, MediaUs

if TYPE_CHECKING:
    from numpy.typing import NDArray

# Speech stands out so much from the quietest tenth of the seconds around it, and from nothing.
_ABOVE_FLOOR_DB: Final = 9.0
_AROUND_S: Final = 3.0
_QUIETEST: Final = 0.1
_AUDIBLE_DB: Final = -52.0
# Noise stays the same in every band for half a second; speech never does.
_STEADY_S: Final = 0.5
_STEADY_DB: Final = 2.2
# Before and after what stands out, and between two such: the ends of words are soft.
_SOFT_S: Final = 0.2
_PAUSE_S: Final = 0.5
# Continuous frequency activation over 2 s: speech stays below 2.4 in 95 of 100, music above.
_BLOCK_CELLS: Final = 4
_MUSIC: Final = 2.5
_MUSIC_ON: Final = 2.1
_MUSIC_LEAST_S: Final = 1.5
# A block reaches beyond the music's end; in doubt it is speech.
_MUSIC_EDGE_CELLS: Final = 1
_SLICE: Final = 1024
_STRONGEST: Final = 5
_VALLEY: Final = 8
# A tone that lasts, and the longest pause between two rings: Russia rings 1 s of 5, America 2 of 6.
_TONE_LEAST_S: Final = 0.25
_RING_PAUSE_S: Final = 5.5


@dataclass(frozen=True, slots=True)
class Features:
    """What was measured of one channel.

    Attributes:
        levels: float32 `(n,)`, dB of full scale.
        level_s: Seconds that each stands for.
        bands: float32 `(frames, 8)`, dB of each band.
        tones: bool `(frames,)`: almost all energy in tones of the network.
        frame_s: Seconds from one frame to the next; each covers twice as much.
        cells: uint8 `(cells, lines)`: in how many frames of a cell a line stands out.
        frames_per_cell: How many frames a cell has.
    """

    levels: NDArray[np.float32]
    level_s: float
    bands: NDArray[np.float32]
    tones: NDArray[np.bool_]
    frame_s: float
    cells: NDArray[np.uint8]
    frames_per_cell: int


def label(features: Features, length_us: int) -> tuple[Run, ...]:
    """Return the runs of one channel of `length_us`, without holes."""
    count = len(features.levels)
    if count == 0:
        return (Run(ActivityKind.SILENCE, MediaUs(0), MediaUs(length_us)),) if length_us else ()
    times: NDArray[np.float64] = np.linspace(0.5, count - 0.5, count) * features.level_s
    speaks = _standing_out(features, times)
    speaks = _closed(_widened(speaks, _SOFT_S / features.level_s), _PAUSE_S / features.level_s)
    rings = _at(_rings(features, speaks, times), times, features.frame_s)
    cell_s = features.frame_s * features.frames_per_cell
    music = _at(_music(features), times, cell_s) & (features.levels > _AUDIBLE_DB - 10)
    music = _closed(music, _MUSIC_LEAST_S / features.level_s)
    kinds = np.where(speaks, 0, 1).astype(np.int8)
    kinds[music] = 2
    kinds[rings] = 3
    return _runs(kinds, features.level_s, length_us)


_KINDS: Final = (
    ActivityKind.SPEECH,
    ActivityKind.SILENCE,
    ActivityKind.MUSIC,
    ActivityKind.RINGING,
)


def _standing_out(features: Features, times: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Return where the level stands out from the noise of the line."""
    levels = features.levels
    floor = _floor(levels, round(_AROUND_S / features.level_s))
    out = (levels > floor + _ABOVE_FLOOR_DB) & (levels > _AUDIBLE_DB)
    return out & ~_at(_steady(features), times, features.frame_s)


def _floor(levels: NDArray[np.float32], reach: int) -> NDArray[np.float32]:
    """Return the level of the quietest tenth of the seconds around each moment."""
    # By steps of a tenth of the reach: the floor does not change faster than that.
    step = max(1, reach // 10)
    width = min(len(levels), 2 * reach)
    windows = sliding_window_view(levels, width)[::step]
    at = int(_QUIETEST * (width - 1))
    # What is made of a slice at a time bounds the memory, whatever the length.
    found = np.concatenate(
        [
            np.partition(windows[i : i + _SLICE], at, axis=1)[:, at]
            for i in range(0, len(windows), _SLICE)
        ]
    )
    centres = np.arange(len(found)) * step + width / 2
    return np.asarray(np.interp(np.arange(len(levels)), centres, found), np.float32)


def _steady(features: Features) -> NDArray[np.bool_]:
    """Return in which frames every band has kept its level for half a second."""
    width = max(2, round(_STEADY_S / features.frame_s))
    bands = features.bands
    if len(bands) < width:
        return np.zeros(len(bands), np.bool_)
    windows = sliding_window_view(bands, width, axis=0)
    still = np.concatenate(
        [
            windows[i : i + _SLICE].std(axis=2).mean(axis=1) < _STEADY_DB
            for i in range(0, len(windows), _SLICE)
        ]
    )
    # A frame is steady if any half second around it is.
    steady = np.zeros(len(bands), np.bool_)
    for offset in range(width):
        steady[offset : offset + len(still)] |= still
    return steady


def _music(features: Features) -> NDArray[np.bool_]:
    """Return in which cells tones stay where they are."""
    cells = features.cells
    if len(cells) < _BLOCK_CELLS:
        return np.zeros(len(cells), np.bool_)
    strength = np.concatenate(
        [
            _activation(cells[i : i + _SLICE + _BLOCK_CELLS - 1], features.frames_per_cell)
            for i in range(0, len(cells) - _BLOCK_CELLS + 1, _SLICE)
        ]
    )
    # Of a cell, the blocks that it is part of.
    padded = np.pad(strength, _BLOCK_CELLS - 1, mode="edge")
    means = sliding_window_view(padded, _BLOCK_CELLS).mean(axis=1)
    cell_s = features.frame_s * features.frames_per_cell
    found = _long_enough(_kept_on(means > _MUSIC, means > _MUSIC_ON), _MUSIC_LEAST_S / cell_s)
    return _narrowed(found, _MUSIC_EDGE_CELLS)


def _activation(cells: NDArray[np.uint8], frames_per_cell: int) -> NDArray[np.float32]:
    """Return for each block of cells how far its five most lasting lines rise above the rest."""
    sums = np.cumsum(np.pad(cells.astype(np.float32), ((1, 0), (0, 0))), axis=0)
    blocks = (sums[_BLOCK_CELLS:] - sums[:-_BLOCK_CELLS]) / (_BLOCK_CELLS * frames_per_cell)
    lines = blocks.shape[1]
    left, right = blocks.copy(), blocks.copy()
    for offset in range(1, _VALLEY + 1):
        left[:, offset:] = np.minimum(left[:, offset:], blocks[:, : lines - offset])
        right[:, : lines - offset] = np.minimum(right[:, : lines - offset], blocks[:, offset:])
    rises = np.zeros_like(blocks)
    middle = blocks[:, 1:-1]
    is_peak = (middle >= blocks[:, :-2]) & (middle > blocks[:, 2:])
    heights = middle - np.maximum(left, right)[:, 1:-1]
    rises[:, 1:-1] = np.where(is_peak, heights, 0)
    strongest = np.partition(rises, lines - _STRONGEST, axis=1)[:, lines - _STRONGEST :]
    return np.asarray(strongest.sum(axis=1), np.float32)


def _rings(
    features: Features, speaks: NDArray[np.bool_], times: NDArray[np.float64]
) -> NDArray[np.bool_]:
    """Return in which frames the network rings or is busy, with the pauses in between."""
    frame_s = features.frame_s
    tones = _long_enough(features.tones, _TONE_LEAST_S / frame_s)
    found = tones.copy()
    edges = np.flatnonzero(np.diff(np.pad(tones.astype(np.int8), 1)))
    ends, begins = edges[1::2][:-1], edges[::2][1:]
    for end, begin in zip(ends, begins, strict=True):
        if (begin - end) * frame_s > _RING_PAUSE_S:
            continue
        # A frame covers twice its step: the first and last touch the tone.
        low, high = np.searchsorted(times, ((end + 1) * frame_s, begin * frame_s))
        margin = round(_SOFT_S / features.level_s)
        if not speaks[low + margin : max(low + margin, high - margin)].any():
            found[end:begin] = True
    return found


def _at(values: NDArray[np.bool_], times: NDArray[np.float64], step_s: float) -> NDArray[np.bool_]:
    """Return values of frames or cells at other times."""
    if len(values) == 0:
        return np.zeros(len(times), np.bool_)
    return values[np.minimum((times / step_s).astype(np.int64), len(values) - 1)]


def _widened(values: NDArray[np.bool_], by: float) -> NDArray[np.bool_]:
    """Return values that are true also a little before and after."""
    reach = round(by)
    sums = np.cumsum(np.pad(values.astype(np.int32), (reach + 1, reach)))
    return np.asarray(sums[2 * reach + 1 :] - sums[: len(values)] > 0, np.bool_)


def _closed(values: NDArray[np.bool_], hole: float) -> NDArray[np.bool_]:
    """Return values with short holes between two that are true filled."""
    filled = values.copy()
    edges = np.flatnonzero(np.diff(np.pad(values.astype(np.int8), 1)))
    for end, begin in zip(edges[1::2][:-1], edges[::2][1:], strict=True):
        if begin - end <= hole:
            filled[end:begin] = True
    return filled


def _long_enough(values: NDArray[np.bool_], least: float) -> NDArray[np.bool_]:
    """Return values without the runs that are too short."""
    kept = values.copy()
    edges = np.flatnonzero(np.diff(np.pad(values.astype(np.int8), 1)))
    for begin, end in zip(edges[::2], edges[1::2], strict=True):
        if end - begin < least:
            kept[begin:end] = False
    return kept


def _narrowed(values: NDArray[np.bool_], by: int) -> NDArray[np.bool_]:
    """Return values whose runs are shorter at both ends, those at the edges apart."""
    return ~_widened(~values, by)


def _kept_on(surely: NDArray[np.bool_], perhaps: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return the runs of `perhaps` that have something sure in them."""
    kept = np.zeros_like(perhaps)
    edges = np.flatnonzero(np.diff(np.pad(perhaps.astype(np.int8), 1)))
    for begin, end in zip(edges[::2], edges[1::2], strict=True):
        kept[begin:end] = surely[begin:end].any()
    return kept


def _runs(kinds: NDArray[np.int8], step_s: float, length_us: int) -> tuple[Run, ...]:
    edges = [0, *(np.flatnonzero(np.diff(kinds)) + 1).tolist(), len(kinds)]
    times = [round(edge * step_s * US_PER_S) for edge in edges[:-1]] + [length_us]
    return tuple(
        Run(_KINDS[kinds[edge]], MediaUs(begin), MediaUs(end))
        for edge, begin, end in zip(edges, times, times[1:], strict=False)
        if begin < end
    )
