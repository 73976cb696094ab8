"""Waveforms as images: amplitudes per column in, premultiplied pixels out.

numpy makes the whole image of a wave at once (2-3 ms for six rows; lines drawn one by one from
Python took 10 ms). Colours come in from the theme; nothing here knows one.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final

import numpy as np
from PySide6.QtGui import QColor, QImage

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from reviewer.ui.review.scene import Side

# Where there is sound at all, silence is a line of this height (device px), not nothing.
_BASELINE_PX: Final = 0.6
_PIXELS: Final = QImage.Format.Format_ARGB32_Premultiplied


def wave_image(heights: NDArray[np.float32], side: Side, half_px: int, color: QColor) -> QImage:
    """Return the image of a wave, with soft outer edges.

    Args:
        heights: float32 (columns,), 0..1 of the half height; NaN where nothing was captured.
        side: On which side of the middle it is drawn; an image for one side has only that half.
        half_px: Half the height of the bar, device px, >= 1.
        color: Of the wave; its alpha counts.

    Returns:
        ARGB32 premultiplied, one device px a column; `half_px` high, or twice that for `both`.

    Thread: any.
    """
    reach = np.maximum(heights * np.float32(half_px), np.float32(_BASELINE_PX))
    np.nan_to_num(reach, copy=False, nan=0.0)
    np.minimum(reach, np.float32(half_px), out=reach)
    columns = len(heights)
    both = side == "both"
    image = QImage(columns, 2 * half_px if both else half_px, _PIXELS)
    pixels = np.frombuffer(image.bits(), np.uint32).reshape(image.height(), columns)
    # From the middle outwards: pixels that are covered as a whole, then one that is in part.
    outwards = pixels[half_px - 1 :: -1] if both or side == "up" else pixels
    ramp = _ramp(color)
    whole = reach.astype(np.uint16)
    covered = np.less(np.arange(half_px, dtype=np.uint16)[:, None], whole)
    np.multiply(covered, ramp[255], out=outwards)
    edges = np.flatnonzero(whole < half_px)
    rows = whole[edges]
    outwards[rows, edges] = ramp[((reach[edges] - rows) * np.float32(255)).astype(np.intp)]
    if both:
        pixels[half_px:] = outwards
    return image


def hatch_image(
    width_px: int,
    height_px: int,
    color: QColor,
    *,
    period_px: float,
    line_px: float,
    phase_px: float,
    crossed: bool = False,
) -> QImage:
    """Return diagonal lines as an image: rising to the right, or both diagonals.

    Args:
        width_px: Width, device px, >= 1.
        height_px: Height, device px, >= 1.
        color: Of the lines; its alpha counts.
        period_px: Distance of two lines along x, device px.
        line_px: Thickness of a line, device px.
        phase_px: x of a line's foot on the lower edge, device px.
        crossed: Whether lines fall as well.

    Thread: any.
    """
    x = np.arange(width_px, dtype=np.float32)[None, :] + np.float32(0.5 - phase_px)
    y = np.arange(height_px, dtype=np.float32)[:, None] + np.float32(0.5)
    cover = _line_cover(x - (height_px - y), period_px, line_px)
    if crossed:
        cover = np.maximum(cover, _line_cover(x - y, period_px, line_px))
    return image_of(_ramp(color)[cover])


def _line_cover(along: NDArray[np.float32], period_px: float, line_px: float) -> NDArray[np.uint8]:
    """Return how much of each pixel a line covers, 0..255; `along` counts px across the lines."""
    offset = np.mod(along + np.float32(period_px / 2), np.float32(period_px))
    # Along x a line at 45 degrees is sqrt(2) times as far away as across.
    away = np.abs(offset - np.float32(period_px / 2)) * np.float32(0.7071)
    cover = np.clip(np.float32(line_px / 2 + 0.5) - away, 0.0, 1.0) * np.float32(255)
    return np.asarray(cover, np.uint8)


def image_of(pixels: NDArray[np.uint32]) -> QImage:
    """Return an image of its own with premultiplied pixels: uint32 (rows, columns)."""
    rows, columns = pixels.shape
    image = QImage(columns, rows, _PIXELS)
    # Rows of 32-bit pixels have no padding.
    np.frombuffer(image.bits(), np.uint32).reshape(rows, columns)[:] = pixels
    return image


def _ramp(color: QColor) -> NDArray[np.uint32]:
    """Return the premultiplied pixel of each coverage 0..255: uint32 (256,)."""
    return _ramp_of(color.rgba())


@lru_cache(maxsize=64)
def _ramp_of(argb: int) -> NDArray[np.uint32]:
    alpha = np.round(np.arange(256) * ((argb >> 24) / 255)).astype(np.uint32)
    packed = alpha << 24
    for shift in (16, 8, 0):
        packed |= np.round(alpha * ((argb >> shift & 255) / 255)).astype(np.uint32) << shift
    return packed.astype(np.uint32)


def loudness_gain(loudest: float) -> float:
    """Return the factor that makes quiet recordings visible without filling the bar with noise.

    Args:
        loudest: Highest amplitude of all rows, 0..1.
    """
    return min(6.0, 0.95 / loudest) if loudest > 0 else 1.0
