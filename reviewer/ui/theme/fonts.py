"""The program's own fonts: loading them, and one `QFont` for each type step."""

from __future__ import annotations

from PySide6.QtGui import QFont, QFontDatabase

from reviewer.errors import ResourceMissingError
from reviewer.paths import resource_path
from reviewer.ui.theme.tokens import FAMILY, MONO_FAMILY, TYPE, Step

_FILES = (
    "Inter-Regular.otf",
    "Inter-Medium.otf",
    "Inter-SemiBold.otf",
    "JetBrainsMono-Regular.ttf",
)
SCALE_MIN = 0.9
SCALE_MAX = 1.5


def load_fonts() -> None:
    """Make the shipped fonts known to Qt; once per application object.

    Raises:
        ResourceMissingError: A font file is not there or cannot be read.

    Thread: main, after QApplication.
    """
    for name in _FILES:
        if QFontDatabase.addApplicationFont(str(resource_path("fonts", name))) < 0:
            raise ResourceMissingError(name=f"fonts/{name}")


def ui_font(step: Step, *, weight: int | None = None, scale: float = 1.0) -> QFont:
    """Return the font of a type step: tabular figures, no hinting.

    Args:
        step: Name of the step in `tokens.TYPE`.
        weight: Another weight than the step's (400, 500 or 600 are shipped).
        scale: The user's text size, 0.9..1.5.
    """
    size_px, own_weight = TYPE[step]
    return _font(FAMILY, size_px, weight or own_weight, scale)


def mono_font(size_px: int = 12, *, scale: float = 1.0) -> QFont:
    """Return the fixed-width font, for identifiers and the query line only."""
    return _font(MONO_FAMILY, size_px, 400, scale)


def _font(family: str, size_px: int, weight: int, scale: float) -> QFont:
    font = QFont(family)
    font.setPixelSize(max(1, round(size_px * scale)))
    font.setWeight(QFont.Weight(weight))
    font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    font.setFeature(QFont.Tag("tnum"), 1)
    return font
