"""Who takes something out, written into it where a role of theirs wants that.

Pictures are written all over; tables, workbooks and texts have a line of it. Recorded sound and
emails go out as they were stored.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from reviewer.models.watermark import APART, BESIDE, SLANT_DEG, watermark_of
from reviewer.paths import resource_path

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from reviewer.storage.store import Session

_FONT: Final = "Inter-SemiBold.otf"
_OPACITY: Final = 0.3
# Of the picture's height, and never smaller, pixels.
_SHARE: Final = 36
_LEAST_PX: Final = 11


def session_watermark(session: Session) -> str:
    """Return what is written into what a session's user takes out now, "" for nothing."""
    return watermark_of(session.people.me, session.settings.zone)


class Burner:
    """Writes words over pictures. Thread: one.

    Args:
        words: What to write; "": pictures stay as they are.
    """

    def __init__(self, words: str) -> None:
        self._words = words
        self._masks: dict[tuple[int, int], NDArray[np.float32]] = {}

    def burned(self, pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """Return a picture with the words over it.

        Args:
            pixels: uint8 `(height, width, 4)`.
        """
        if not self._words:
            return pixels
        mask = self._mask(pixels.shape[0], pixels.shape[1])
        made = pixels.astype(np.float32)
        # White where the picture is dark, black where it is light.
        ink = np.where(made[..., :3].mean(axis=2, keepdims=True) < 128, 255.0, 0.0)
        made[..., :3] += (ink - made[..., :3]) * mask[..., None]
        return made.astype(np.uint8)

    def _mask(self, height: int, width: int) -> NDArray[np.float32]:
        """Return how much of the ink each point takes, `(height, width)` from 0 to 1."""
        if (height, width) not in self._masks:
            self._masks[height, width] = self._drawn(height, width)
        return self._masks[height, width]

    def _drawn(self, height: int, width: int) -> NDArray[np.float32]:
        # Here, because only whoever is marked should wait for the library.
        from PIL import Image, ImageDraw, ImageFont

        font = ImageFont.truetype(
            str(resource_path("fonts", _FONT)), max(_LEAST_PX, height // _SHARE)
        )
        left, top, right, bottom = font.getbbox(self._words)
        across, down = (right - left) * BESIDE, (bottom - top) * APART
        side = height + width
        sheet = Image.new("L", (side, side))
        draw = ImageDraw.Draw(sheet)
        for line in range(int(side / down) + 1):
            begin = -across / 2 if line % 2 else 0.0
            for column in range(int(side / across) + 2):
                draw.text((begin + column * across, line * down), self._words, fill=255, font=font)
        turned = sheet.rotate(SLANT_DEG)
        x, y = (side - width) // 2, (side - height) // 2
        cut = np.asarray(turned.crop((x, y, x + width, y + height)), np.float32)
        return cut * np.float32(_OPACITY / 255)
