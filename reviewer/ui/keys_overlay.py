"""The overlay of keys (F1): what can be done here, by groups."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QPointF, QRectF, Qt
from PySide6.QtGui import QAction, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from reviewer.messages import tr, translated
from reviewer.ui.actions import TAKES_ALL_KEYS
from reviewer.ui.keys import shortcut_text
from reviewer.ui.theme import draw
from reviewer.ui.theme.theme import theme
from reviewer.ui.theme.tokens import Radius, Space
from reviewer.ui.widgets.key_hint import draw_key_hint, hint_size

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reviewer.ui.actions import ActionRegistry, ActionSpec

_SCRIM = 0.6
_NARROWEST = 200
_ROWS = (28, 24, 22)
"""Heights of a row, the pleasant one first."""
_TOGETHER = 2
"""Rows that stay with their heading, at least."""

_Row = tuple[str, tuple[str, ...]]
"""Title of an action and its shortcuts."""
_Group = tuple[str, list[_Row]]
"""Heading and rows."""
_Column = list[_Group]


@dataclass(frozen=True, slots=True)
class Arranged:
    """How the groups are spread: columns, the width of each and the height of a row, px."""

    columns: list[_Column]
    widths: list[float]
    row_px: int


class KeysOverlay(QWidget):
    """Covers the window until a key or click."""

    def __init__(self, host: QWidget, actions: ActionRegistry) -> None:
        super().__init__(host)
        self._host = host
        self._actions = actions
        self._groups: list[_Group] = []
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setProperty(TAKES_ALL_KEYS, True)
        self.setAccessibleName(tr("Keys"))
        self._focus_before: QWidget | None = None
        host.installEventFilter(self)
        self.hide()

    @property
    def groups(self) -> dict[str, list[_Row]]:
        """Heading: (title, shortcuts) of each action, as shown."""
        return dict(self._groups)

    def open(self) -> None:
        """Collect what can be done now and cover the window."""
        found: dict[str, list[_Row]] = {}
        seen = [
            pair
            for pair in self._actions.visible(self._host.window())
            if self._actions.shortcuts(pair[0]) and (not pair[0].hidden or pair[0].family)
        ]
        families: dict[str, list[str]] = {}
        for spec, action in seen:
            if spec.family:
                own = families.setdefault(spec.family, [])
                own += self._free_keys(spec, action, seen)
        for spec, action in seen:
            if spec.hidden:
                continue
            texts = self._free_keys(spec, action, seen)
            if spec.family:
                texts = joined(families[spec.family])
            if texts:
                found.setdefault(_heading(spec), []).append((action.text(), texts))
        self._groups = list(found.items())
        self.setAccessibleDescription(
            "; ".join(f"{title}: {' / '.join(k)}" for rows in found.values() for title, k in rows)
        )
        self._focus_before = self.window().focusWidget()
        self.setGeometry(self._host.rect())
        self.show()
        self.raise_()
        self.setFocus(Qt.FocusReason.PopupFocusReason)

    def _free_keys(
        self, spec: ActionSpec, action: QAction, seen: Sequence[tuple[ActionSpec, QAction]]
    ) -> tuple[str, ...]:
        return tuple(
            shortcut_text(key)
            for key in self._actions.shortcuts(spec)
            if not self._is_taken(key, action, seen)
        )

    def _is_taken(
        self, shortcut: str, action: QAction, seen: Sequence[tuple[ActionSpec, QAction]]
    ) -> bool:
        """Whether something further inside, such as the page, does another thing on this key."""
        owner = action.parent()
        return isinstance(owner, QWidget) and any(
            shortcut in self._actions.shortcuts(spec)
            and isinstance(inner := other.parent(), QWidget)
            and inner is not owner
            and owner.isAncestorOf(inner)
            for spec, other in seen
        )

    def close_overlay(self) -> None:
        """Uncover the window; the focus returns where it was."""
        self.hide()
        if self._focus_before is not None:
            self._focus_before.setFocus(Qt.FocusReason.PopupFocusReason)
        self._focus_before = None

    def arranged(self) -> Arranged:
        """Spread the groups over columns so that every title is whole, if there is a way.

        At first whole groups, then parts of them, then in rows that stand closer.
        """
        height = self.height() - 2 * Space.XXL - 2 * Space.XL
        ways = [(_ROWS[0], False), *((row, True) for row in _ROWS)]
        for row, cut in ways:
            row_px = theme().px(row)
            spread = _in_parts if cut else _whole
            columns = spread(self._groups, row_px, height)
            wanted = [self._widest(column) for column in columns]
            room = self.width() - 2 * Space.XL - (len(columns) + 1) * Space.XL
            if sum(wanted) <= room and max(height_of(c, row_px) for c in columns) <= height:
                break
        share = min(1.0, room / sum(wanted))
        return Arranged(columns, [width * share for width in wanted], row_px)

    @staticmethod
    def _widest(column: list[_Group]) -> float:
        """Return how wide a column must be for its longest row, px."""
        font = theme().font("body")
        rows = [row for _, rows in column for row in rows]
        needed = (
            draw.text_width(title, font)
            + Space.M
            + sum(hint_size(text).width() + Space.XS for text in shortcuts)
            for title, shortcuts in rows
        )
        return max(theme().px(_NARROWEST), *needed)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        now = theme()
        painter = QPainter(self)
        painter.fillRect(self.rect(), now.color("shadow", _SCRIM))
        found = self.arranged()
        width = sum(found.widths) + (len(found.columns) + 1) * Space.XL
        tallest = max(height_of(column, found.row_px) for column in found.columns)
        card = QRectF(0, 0, width, tallest + 2 * Space.XL - Space.M)
        card.moveCenter(QPointF(self.width() / 2, self.height() / 2))
        draw.box(
            painter, card, fill=now.colors.raised, border=now.colors.line2, radius=Radius.DIALOG
        )
        left, top = card.left() + Space.XL, card.top() + Space.XL
        for column, column_width in zip(found.columns, found.widths, strict=True):
            area = QRectF(left, top, column_width, found.row_px)
            self._paint_column(painter, column, area)
            left += column_width + Space.XL

    def _paint_column(self, painter: QPainter, column: _Column, area: QRectF) -> None:
        """Paint a column; `area`: its first row."""
        now = theme()
        area = QRectF(area)
        for heading, rows in column:
            draw.text(painter, area, heading, now.font("small", 600), now.colors.muted)
            area.translate(0, area.height())
            for title, shortcuts in rows:
                right = self._paint_hints(painter, shortcuts, area.right(), area.center().y())
                shown = area.adjusted(0, 0, right - Space.S - area.right(), 0)
                draw.text(painter, shown, title, now.font("body"), now.colors.text)
                area.translate(0, area.height())
            area.translate(0, Space.M)

    @staticmethod
    def _paint_hints(
        painter: QPainter, shortcuts: tuple[str, ...], right: float, middle: float
    ) -> float:
        """Paint key names from the right; return where they begin."""
        for text in reversed(shortcuts):
            size = hint_size(text)
            spot = QRectF(right - size.width(), middle - size.height() / 2, *size.toTuple())
            draw_key_hint(painter, spot, text)
            right = spot.left() - Space.XS
        return right

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        self.close_overlay()

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.close_overlay()

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and watched is self._host:
            self.setGeometry(self._host.rect())
        return False


def height_of(column: _Column, row_px: float) -> float:
    """Return how high a column is, px, with the space below its last group."""
    return sum(row_px * (len(rows) + 1) + Space.M for _, rows in column)


def _whole(groups: Sequence[_Group], row_px: float, height: float) -> list[_Column]:
    """Put each group into the first column of `height` px that has room for it."""
    columns: list[_Column] = [[]]
    for group in groups:
        fits = (c for c in columns if not c or height_of([*c, group], row_px) <= height)
        column = next(fits, None)
        if column is None:
            column = []
            columns.append(column)
        column.append(group)
    return columns


def _in_parts(groups: Sequence[_Group], row_px: float, height: float) -> list[_Column]:
    """Fill column by column; a group that goes on in the next one has its heading there too."""
    columns: list[_Column] = [[]]
    for heading, rows in groups:
        rest = rows
        while rest:
            free = height - height_of(columns[-1], row_px) - Space.M
            count = int(free // row_px) - 1
            if count < min(_TOGETHER, len(rest)) and columns[-1]:
                columns.append([])
                continue
            # Nor does the last row stand alone in the next column.
            count = max(count - (len(rest) - count == 1), 1)
            columns[-1].append((heading, rest[:count]))
            rest = rest[count:]
    return columns


def _heading(spec: ActionSpec) -> str:
    return translated(spec.group) if spec.group else tr("Everywhere")


def joined(keys: Sequence[str]) -> tuple[str, ...]:
    """Return keys with three digits or more in a row as one, `1 … 9`."""
    runs: list[list[str]] = []
    for key in keys:
        last = runs[-1][-1] if runs else ""
        if key.isdecimal() and last.isdecimal() and int(key) == int(last) + 1:
            runs[-1].append(key)
        else:
            runs.append([key])
    shown = ([f"{run[0]} … {run[-1]}"] if len(run) > 2 else run for run in runs)
    return tuple(text for texts in shown for text in texts)
