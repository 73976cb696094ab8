"""Where everything of a saved set's row is, and painting it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QPointF, QRect, QRectF, Qt

from reviewer.messages import format_count, format_date, format_time, tr
from reviewer.ui.search.channels import CHANNELS
from reviewer.ui.search.tree_paint import count_text
from reviewer.ui.theme import draw
from reviewer.ui.theme.theme import theme
from reviewer.ui.theme.tokens import Radius, Size, Space

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from PySide6.QtGui import QPainter

    from reviewer.models.criteria.sets import SetEntry
    from reviewer.ui.search.sets_model import SetRow

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MINUTE_US: Final = 60_000_000
_MENU_PX: Final = 24
_UNKNOWN: Final = "\u2014"
NAME_AT: Final = Space.M + Size.ICON + Space.S + 2
"""Left of the name, px."""


@dataclass(frozen=True, slots=True)
class SetPlaces:
    """Where everything of a row is, in the view's coordinates; empty for what it has not."""

    icon: QRectF
    name: QRectF
    below: QRectF
    count: QRectF
    news: QRectF
    menu: QRectF


def total_text(row: SetRow) -> str:
    """Return how many a set finds, as the row shows it; "" while that is not known."""
    if row.counts is not None:
        return count_text(row.counts.total)
    return _UNKNOWN if row.problem else ""


def chip_text(row: SetRow) -> str:
    """Return how many are new, as the row's chip shows it; "" where none are."""
    news = row.counts.news if row.counts is not None else None
    if news is None or not news.n:
        return ""
    return f"+{format_count(news.n)}" + ("+" if news.capped else "")


def lay_out_set(rect: QRect, row: SetRow) -> SetPlaces:
    """Return where everything of a set's row is; `rect` is the row's."""
    now = theme()
    left, right = float(rect.x() + NAME_AT), float(rect.right() - Space.M)
    middle = rect.y() + rect.height() / 2
    upper, lower = middle - 9, middle + 9
    icon = QRectF(rect.x() + Space.M, upper - Size.ICON / 2 + 1, Size.ICON, Size.ICON)
    count_width = draw.text_width(total_text(row), now.font("small", 600))
    count = QRectF(right - count_width, upper - 10, count_width + 1, 20)
    name = QRectF(left, upper - 10, count.left() - Space.S - left, 20)
    chip = chip_text(row)
    chip_width = draw.text_width(chip, now.font("small", 600)) + 2 * Space.XS + 4 if chip else 0.0
    news = QRectF(right - chip_width, lower - 9, chip_width, 18) if chip else QRectF()
    menu_right = (news.left() - Space.XS if chip else right) + 3
    menu = QRectF(menu_right - _MENU_PX, lower - _MENU_PX / 2, _MENU_PX, _MENU_PX)
    below = QRectF(left, lower - 10, menu.left() - Space.XS - left, 20)
    return SetPlaces(icon, name, below, count, news, menu)


def below_text(entry: SetEntry, now_us: int, zone: ZoneInfo) -> str:
    """Return the second line: whose it is, or when it was changed."""
    if not entry.own:
        return tr("{owner}, read only", owner=entry.owner_name)
    when = when_text(entry.changed_us, now_us, zone)
    return tr("shared, {when}", when=when) if entry.shared else when


def when_text(at_us: int, now_us: int, zone: ZoneInfo) -> str:
    """Return when something was changed: just now, today, yesterday, or the day."""
    if abs(now_us - at_us) < _MINUTE_US:
        return tr("changed just now")
    clock = format_time(at_us, zone)[:5]
    day, today = _day(at_us, zone), _day(now_us, zone)
    if day == today:
        return tr("today, {time}", time=clock)
    if day == today - timedelta(days=1):
        return tr("yesterday, {time}", time=clock)
    return format_date(at_us, zone)


def _day(at_us: int, zone: ZoneInfo) -> datetime:
    local = (_EPOCH + timedelta(microseconds=at_us)).astimezone(zone)
    return datetime(local.year, local.month, local.day, tzinfo=UTC)


def paint_head(painter: QPainter, rect: QRect, text: str) -> None:
    """Paint a heading."""
    inner = QRectF(rect).adjusted(Space.M, Space.S, -Space.M, 0)
    draw.text(painter, inner, text, theme().font("small", 600), theme().colors.text2)


def paint_hint(painter: QPainter, rect: QRect, text: str) -> None:
    """Paint a word in place of sets, over two lines where it is long."""
    painter.setFont(theme().font("small"))
    painter.setPen(theme().colors.muted)
    inner = QRectF(rect).adjusted(Space.M, Space.XS, -Space.M, 0)
    painter.drawText(inner, int(Qt.TextFlag.TextWordWrap.value), text)


def paint_set(
    painter: QPainter,
    rect: QRect,
    row: SetRow,
    *,
    below: str,
    current: bool,
    loaded: bool,
    hovered: bool,
    hot_menu: bool,
) -> None:
    """Paint a set's row.

    Args:
        painter: Where to.
        rect: The row's.
        row: It.
        below: The second line.
        current: Whether Enter would load it.
        loaded: Whether it is the set being edited.
        hovered: Whether the mouse is on it.
        hot_menu: Whether the mouse is on the sign of its menu.
    """
    entry = row.entry
    if entry is None:
        return
    colors, now = theme().colors, theme()
    ratio = painter.device().devicePixelRatioF()
    places = lay_out_set(rect, row)
    if current or hovered or loaded:
        ground = colors.selection if current else colors.hover if hovered else colors.accent_soft
        draw.box(painter, QRectF(rect).adjusted(0, 1, 0, -1), fill=ground, radius=Radius.CONTROL)
    usable = entry.refusal is None
    quiet = colors.text2 if current else colors.muted
    sign, role = CHANNELS[entry.channel][0], "accent_text" if current or loaded else "text2"
    icon = now.pixmap(sign, Size.ICON, role if usable else "muted", ratio)
    painter.drawPixmap(places.icon.topLeft(), icon)
    color = colors.on_sel if current else colors.text
    draw.text(painter, places.name, entry.name, now.font("strong"), color if usable else quiet)
    _paint_below(painter, places, row, below, quiet_role="text2" if current else "muted")
    number = total_text(row)
    draw.text(painter, places.count, number, now.font("small", 600), quiet, draw.RIGHT, elide=None)
    chip = chip_text(row)
    if chip:
        draw.box(painter, places.news, fill=colors.accent, radius=Radius.BAR)
        font = now.font("small", 600)
        draw.text(painter, places.news, chip, font, colors.on_accent, draw.CENTER, elide=None)
    if hovered or current:
        if hot_menu:
            draw.box(painter, places.menu, fill=colors.press, radius=Radius.BAR)
        dots = now.pixmap("ellipsis", Size.ICON, "text2", ratio)
        painter.drawPixmap(places.menu.center() - QPointF(Size.ICON / 2, Size.ICON / 2), dots)


def _paint_below(
    painter: QPainter, places: SetPlaces, row: SetRow, below: str, *, quiet_role: str
) -> None:
    """Paint the second line: an eye for a watched set, why it is of no use, or the usual words."""
    now, rect = theme(), QRectF(places.below)
    ratio = painter.device().devicePixelRatioF()
    signs = []
    if row.entry is not None and row.entry.watched:
        signs.append(("eye", quiet_role))
    if row.problem:
        signs.append(("triangle-alert", "warning"))
    for sign, role in signs:
        top = rect.center().y() - Size.ICON_CHIP / 2
        painter.drawPixmap(QPointF(rect.x(), top), now.pixmap(sign, Size.ICON_CHIP, role, ratio))
        rect.setLeft(rect.left() + Size.ICON_CHIP + Space.XS)
    draw.text(painter, rect, row.problem or below, now.font("small"), now.color(quiet_role))
