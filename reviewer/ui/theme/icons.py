"""Icons: the shipped SVG outlines, tinted by the theme and sharp at every scale.

QtSvg paints `currentColor` black, so the text is tinted before it is parsed. Pixmaps are cached
by name, size, colour, filling and ratio; the cache is emptied when the theme changes.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QIconEngine, QPainter, QPen, QPixmap
from PySide6.QtSvg import QSvgRenderer
from typing_extensions import override

from reviewer.errors import ResourceMissingError
from reviewer.paths import resource_path
from reviewer.ui.theme.fonts import ui_font

if TYPE_CHECKING:
    from reviewer.ui.theme.theme import Theme

# Outlines get thinner from this size on, so that they keep their weight beside the text.
_LARGE_PX = 20
_STROKE_SMALL = "2"
_STROKE_LARGE = "1.75"
# Always filled: their outline alone would read as another sign.
FILLED = frozenset({"play", "pause", "flag", "bookmark", "diamond"})
# Prefix of a name: the same sign crossed out, for content that was deleted or has expired.
GONE = "gone:"
# Signs drawn from another sign and a figure.
_SKIPS = {"back-10": ("rotate-ccw", "10"), "forward-10": ("rotate-cw", "10")}


@lru_cache(maxsize=256)
def _source(name: str) -> str:
    path = resource_path("icons", f"{name}.svg")
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise ResourceMissingError(name=f"icons/{name}.svg") from error


def read_ahead() -> None:
    """Read the outlines of all icons, so that making one never waits for the disk. Thread: any."""
    for path in sorted(resource_path("icons").glob("*.svg")):
        _source(path.stem)


def tinted_svg(name: str, color: QColor, *, size: int, filled: bool) -> QByteArray:
    """Return the SVG text of an icon in a colour, with the stroke width of its size."""
    text = _source(name).replace("currentColor", color.name(QColor.NameFormat.HexRgb))
    stroke = _STROKE_LARGE if size >= _LARGE_PX else _STROKE_SMALL
    text = re.sub(r'stroke-width="[\d.]+"', f'stroke-width="{stroke}"', text, count=1)
    if filled:
        text = text.replace('fill="none"', f'fill="{color.name()}"', 1)
    return QByteArray(text.encode())


def draw_icon(
    painter: QPainter,
    rect: QRectF,
    name: str,
    color: QColor,
    *,
    filled: bool | None = None,
) -> None:
    """Paint an icon without the cache, scaled to `rect`."""
    size = round(min(rect.width(), rect.height()))
    base = name.removeprefix(GONE)
    base, figure = _SKIPS.get(base, (base, ""))
    solid = base in FILLED if filled is None else filled
    renderer = QSvgRenderer(tinted_svg(base, color, size=size, filled=solid))
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setOpacity(painter.opacity() * color.alphaF())
    renderer.render(painter, rect)
    if figure:
        _draw_figure(painter, rect, figure, color)
    if name.startswith(GONE):
        _strike(painter, rect, color)
    painter.restore()


def _draw_figure(painter: QPainter, rect: QRectF, figure: str, color: QColor) -> None:
    """Write the seconds inside a skip sign; 8 px in a sign of 20."""
    font = ui_font("micro", weight=600)
    font.setPixelSize(max(1, round(rect.height() * 0.38)))
    painter.setFont(font)
    painter.setPen(color)
    painter.drawText(rect.translated(0, rect.height() * 0.04), Qt.AlignmentFlag.AlignCenter, figure)


def _strike(painter: QPainter, rect: QRectF, color: QColor) -> None:
    """Cross the sign of deleted or expired content out, from lower left to upper right."""
    pen = QPen(color, max(1.0, rect.width() / 11))
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    painter.setPen(pen)
    inset = rect.width() * 0.08
    line = rect.adjusted(inset, inset, -inset, -inset)
    painter.drawLine(line.bottomLeft(), line.topRight())


class IconCache:
    """Pixmaps by name, size, colour, filling and ratio. Thread: main."""

    def __init__(self) -> None:
        self._pixmaps: dict[tuple[str, int, int, bool, float], QPixmap] = {}

    def __len__(self) -> int:
        return len(self._pixmaps)

    def clear(self) -> None:
        """Forget all pixmaps."""
        self._pixmaps.clear()

    def pixmap(
        self, name: str, size: int, color: QColor, ratio: float, *, filled: bool | None = None
    ) -> QPixmap:
        """Return a square pixmap of `size` logical px at `ratio` device px each."""
        solid = name in FILLED if filled is None else filled
        key = (name, size, color.rgba(), solid, ratio)
        found = self._pixmaps.get(key)
        if found is None:
            found = self._pixmaps[key] = self._render(name, size, color, ratio, filled=solid)
        return found

    @staticmethod
    def _render(name: str, size: int, color: QColor, ratio: float, *, filled: bool) -> QPixmap:
        device_px = max(1, round(size * ratio))
        pixmap = QPixmap(device_px, device_px)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        draw_icon(painter, QRectF(0, 0, device_px, device_px), name, color, filled=filled)
        painter.end()
        pixmap.setDevicePixelRatio(ratio)
        return pixmap


class ThemedIconEngine(QIconEngine):
    """Draws an icon in the colours the theme has at the moment of painting."""

    def __init__(
        self, theme: Theme, name: str, role: str, on_role: str, filled: bool | None
    ) -> None:
        super().__init__()
        base = name.removeprefix(GONE)
        _source(_SKIPS.get(base, (base, ""))[0])  # a missing file shows where it is asked for
        self._theme = theme
        self._name = name
        self._role = role
        self._on_role = on_role
        self._filled = filled

    def _color(self, mode: QIcon.Mode, state: QIcon.State) -> QColor:
        if mode == QIcon.Mode.Disabled:
            return self._theme.color("disabled")
        if mode == QIcon.Mode.Selected:
            return self._theme.color("on_sel")
        return self._theme.color(self._on_role if state == QIcon.State.On else self._role)

    @override
    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        ratio = painter.device().devicePixelRatioF()
        size = min(rect.width(), rect.height())
        pixmap = self._theme.icons.pixmap(
            self._name, size, self._color(mode, state), ratio, filled=self._filled
        )
        target = QRectF(0, 0, size, size)
        target.moveCenter(QRectF(rect).center())
        painter.drawPixmap(target.topLeft(), pixmap)

    @override
    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        return self.scaledPixmap(size, mode, state, 1.0)

    @override
    def scaledPixmap(
        self, size: QSize, mode: QIcon.Mode, state: QIcon.State, scale: float
    ) -> QPixmap:
        color = self._color(mode, state)
        side = min(size.width(), size.height())
        return QPixmap(
            self._theme.icons.pixmap(self._name, side, color, scale or 1.0, filled=self._filled)
        )

    @override
    def iconName(self) -> str:
        # The style asks for it to paint the same sign in the colour of a button's text.
        return self._name

    @override
    def clone(self) -> QIconEngine:
        return ThemedIconEngine(self._theme, self._name, self._role, self._on_role, self._filled)
