"""Waveforms as images: amplitudes per column in, premultiplied pixels out.

numpy makes the whole image of a wave at once (2-3 ms for six rows; lines drawn one by one from
Python took 10 ms). Colours come in from the theme; nothing here knows one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
from PySide6.QtGui import QColor, QImage

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from reviewer.ui.review.scene import Side

# Where there is sound at all, silence is a line of this height (device px), not nothing.
_BASELINE_PX: Final = 0.6


def wave_image(heights: NDArray[np.float32], side: Side, height_px: int, color: QColor) -> QImage:
    """Return the image of a wave, with soft upper edges.

    Args:
        heights: float32 (columns,), 0..1 of the half height; NaN where nothing was captured.
        side: On which side of the middle it is drawn.
        height_px: Height of the image, device px, >= 2.
        color: Of the wave; its alpha counts.

    Returns:
        ARGB32 premultiplied, one device px a column; it owns its pixels.

    Thread: any.
    """
    columns = len(heights)
    half = height_px / 2
    there = ~np.isnan(heights)
    reach = np.where(there, np.maximum(np.nan_to_num(heights) * half, _BASELINE_PX), 0.0)
    # Distance of each pixel row's near edge from the middle, by side.
    rows = np.arange(height_px, dtype=np.float32)
    above = half - rows - 1
    below = rows - half
    distance = {"up": above, "down": below, "both": np.maximum(above, below)}[side]
    cover = np.clip(reach.astype(np.float32)[None, :] - distance[:, None], 0.0, 1.0)
    cover[distance < -1.0, :] = 0.0
    alpha = (cover * np.float32(255) + np.float32(0.5)).astype(np.uint8)
    pixels = _ramp(color)[alpha]
    image = QImage(
        pixels.tobytes(),
        columns,
        height_px,
        columns * 4,
        QImage.Format.Format_ARGB32_Premultiplied,
    )
    # A QImage over foreign bytes does not keep them alive: take a copy of one's own.
    return image.copy()


def _ramp(color: QColor) -> NDArray[np.uint32]:
    """Return the premultiplied pixel of each coverage 0..255: uint32 (256,)."""
    alpha = np.round(np.arange(256) * color.alphaF()).astype(np.uint32)
    parts = [
        np.round(alpha * (value / 255.0)).astype(np.uint32)
        for value in (color.red(), color.green(), color.blue())
    ]
    packed = (alpha << 24) | (parts[0] << 16) | (parts[1] << 8) | parts[2]
    return packed.astype(np.uint32)


def loudness_gain(loudest: float) -> float:
    """Return the factor that makes quiet recordings visible without filling the bar with noise.

    Args:
        loudest: Highest amplitude of all rows, 0..1.
    """
    return min(6.0, 0.95 / loudest) if loudest > 0 else 1.0
