"""Every colour, distance, radius, height and type step of the window, in one place.

Colours are roles, not names: a widget asks for `surface` or `agent` and gets what the theme in
force makes of it. `theme.py` hands them out; nothing but this package may hold a colour value.
May be imported by `reviewer.ui`.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Final, Literal

from PySide6.QtGui import QColor


@dataclass(frozen=True, slots=True)
class Colors:
    """The colour roles of one theme; see the table below for what each is for."""

    rail: QColor
    window: QColor
    surface: QColor
    raised: QColor
    field: QColor
    row_alt: QColor
    hover: QColor
    press: QColor
    line: QColor
    line2: QColor
    selection: QColor
    selection_off: QColor
    accent_soft: QColor
    bar: QColor
    bar_sel: QColor
    agent_soft: QColor
    customer_soft: QColor
    success_soft: QColor
    warning_soft: QColor
    fail_soft: QColor
    hit_bg: QColor
    shadow: QColor
    text: QColor
    text2: QColor
    muted: QColor
    disabled: QColor
    on_sel: QColor
    on_accent: QColor
    accent_text: QColor
    hit_text: QColor
    accent: QColor
    accent_hi: QColor
    focus: QColor
    ctl: QColor
    agent: QColor
    customer: QColor
    consult: QColor
    hold: QColor
    silence: QColor
    gap: QColor
    ivr: QColor
    video: QColor
    m_comment: QColor
    m_bookmark: QColor
    m_hit: QColor
    m_flag: QColor
    m_step: QColor
    m_pin: QColor
    success: QColor
    warning: QColor
    fail: QColor
    deleted: QColor


# role: (dark, light)
_TABLE: Final[dict[str, tuple[str, str]]] = {
    # --- grounds and lines
    "rail": ("#111316", "#E9ECEF"),
    "window": ("#16181C", "#F3F4F6"),
    "surface": ("#1B1E23", "#FFFFFF"),
    "raised": ("#23272E", "#FFFFFF"),
    "field": ("#14161A", "#FFFFFF"),
    "row_alt": ("#1D2126", "#FAFBFC"),
    "hover": ("#262B32", "#EDF0F3"),
    "press": ("#2D333B", "#E2E6EB"),
    "line": ("#2B3037", "#DDE1E6"),
    "line2": ("#3C434D", "#C4CAD2"),
    "selection": ("#22375B", "#D3E3FD"),
    "selection_off": ("#2A2F37", "#E6E9ED"),
    "accent_soft": ("#1D2B44", "#E4EDFC"),
    "bar": ("#2A2F37", "#E4E8ED"),
    "bar_sel": ("#343C48", "#C8D0DB"),
    "agent_soft": ("#17302F", "#E2F3F0"),
    "customer_soft": ("#262440", "#EDEAFB"),
    "success_soft": ("#16302A", "#E2F4EA"),
    "warning_soft": ("#332A14", "#FBF0D6"),
    "fail_soft": ("#3A1F24", "#FCE7E8"),
    "hit_bg": ("#5A4312", "#FFE39A"),
    "shadow": ("#000000", "#20262E"),
    # --- text
    "text": ("#E7EAEE", "#1A1E24"),
    "text2": ("#B3BAC4", "#434B56"),
    "muted": ("#8D96A3", "#5E6773"),
    "disabled": ("#5D6671", "#9AA2AD"),
    "on_sel": ("#F2F6FC", "#10233F"),
    "on_accent": ("#0B1220", "#FFFFFF"),
    "accent_text": ("#7FB0FF", "#1C58C4"),
    "hit_text": ("#FFD98A", "#3D2B00"),
    # --- accent, parties, states, markers
    "accent": ("#4C8DF6", "#1F5FD1"),
    "accent_hi": ("#6BA2FA", "#184FB3"),
    "focus": ("#6BA2FA", "#1F5FD1"),
    "ctl": ("#6B7480", "#7E8792"),
    "agent": ("#3DB8A5", "#0A7567"),
    "customer": ("#A99BF5", "#6650CF"),
    "consult": ("#D98BB8", "#A83E7C"),
    "hold": ("#D9A441", "#946200"),
    "silence": ("#59626E", "#AEB6C0"),
    "gap": ("#8791A0", "#6E7783"),
    "ivr": ("#86A0BE", "#4A6788"),
    "video": ("#5FB0D0", "#1C7699"),
    "m_comment": ("#6BA2FA", "#1F5FD1"),
    "m_bookmark": ("#E3B341", "#8F6200"),
    "m_hit": ("#F0883E", "#B84A00"),
    "m_flag": ("#F2686D", "#C4262E"),
    "m_step": ("#9AA6B5", "#5E6A79"),
    "m_pin": ("#C89BF7", "#8038C4"),
    "success": ("#4CC38A", "#197A4B"),
    "warning": ("#E3B341", "#8F6200"),
    "fail": ("#F2686D", "#C4262E"),
    "deleted": ("#6C7582", "#7C848F"),
}

ROLES: Final = tuple(field.name for field in fields(Colors))
DARK: Final = Colors(**{role: QColor(pair[0]) for role, pair in _TABLE.items()})
LIGHT: Final = Colors(**{role: QColor(pair[1]) for role, pair in _TABLE.items()})
DARK_ROLES: Final = {role: getattr(DARK, role) for role in ROLES}
LIGHT_ROLES: Final = {role: getattr(LIGHT, role) for role in ROLES}

# The picture area of a screen video, the same in both themes.
VIDEO_GROUND: Final = QColor("#0B0C0E")
# The paper under the body of an HTML email: senders assume a white one.
EMAIL_PAPER_DARK: Final = QColor("#F4F5F7")
EMAIL_PAPER_LIGHT: Final = QColor("#FFFFFF")

Step = Literal[
    "display", "clock", "title", "heading", "area", "strong", "label", "body", "small", "micro"
]

# step: (size in px, weight)
TYPE: Final[dict[Step, tuple[int, int]]] = {
    "display": (24, 600),
    "clock": (20, 600),
    "title": (18, 600),
    "heading": (15, 600),
    "area": (14, 600),
    "strong": (13, 600),
    "label": (13, 500),
    "body": (13, 400),
    "small": (12, 400),
    "micro": (11, 400),
}
FAMILY: Final = "Inter"
MONO_FAMILY: Final = "JetBrains Mono"
# Line height of running text (transcript, chat), per cent.
RUNNING_TEXT_PERCENT: Final = 135


class Space:
    """Distances, px."""

    XS: Final = 4
    S: Final = 8
    M: Final = 12
    L: Final = 16
    XL: Final = 24
    XXL: Final = 32


class Radius:
    """Corner radii, px."""

    BAR: Final = 4
    CONTROL: Final = 6
    CARD: Final = 8
    DIALOG: Final = 12


class Size:
    """Heights and widths, px, at the normal text size; `Theme.px` scales them."""

    RAIL: Final = 80
    RAIL_NARROW: Final = 48
    RAIL_ITEM: Final = 56
    RAIL_ITEM_NARROW: Final = 44
    RAIL_NARROW_BELOW: Final = 1400
    TOP_BAR: Final = 48
    INTERACTION_HEADER: Final = 40
    PANEL_HEADER: Final = 36
    TABS: Final = 40
    STATUS_BAR: Final = 28
    TABLE_HEADER: Final = 32
    ROW: Final = 32
    ROW_COMFORTABLE: Final = 40
    PART_ROW: Final = 28
    PART_ROW_COMFORTABLE: Final = 36
    BUTTON: Final = 32
    BUTTON_PANEL: Final = 28
    INPUT: Final = 32
    INPUT_PANEL: Final = 28
    SEARCH_LINE: Final = 36
    ICON_BUTTON: Final = 28
    ICON_BUTTON_TRANSPORT: Final = 32
    SEGMENTED: Final = 28
    CHIP: Final = 24
    CHIP_SMALL: Final = 20
    CRITERION_ROW: Final = 36
    CRITERION_ROW_EDITED: Final = 44
    BLOCK_INDENT: Final = 40
    COMPLETION_ROW: Final = 32
    COMMAND_ROW: Final = 36
    MENU_ROW: Final = 28
    EVALUATION_PANEL: Final = 376
    EVALUATION_PANEL_COMPACT: Final = 344
    EVALUATION_PANEL_MIN: Final = 320
    INSPECTOR: Final = 364
    SAVED_SETS: Final = 296
    SET_ROW: Final = 48
    SET_HEAD: Final = 36
    CHAT_DETAILS: Final = 300
    DIALOG: Final = 480
    DIALOG_CONSEQUENCES: Final = 680
    DIALOG_WIZARD: Final = 960
    TOAST: Final = 44
    ATTENTION: Final = 36
    TRANSPORT: Final = 56
    TRANSPORT_COMPACT: Final = 48
    LINE: Final = 1
    FOCUS: Final = 2
    ROW_MARK: Final = 3
    ICON_SMALL: Final = 12
    ICON_CHIP: Final = 14
    ICON: Final = 16
    ICON_RAIL: Final = 20
    ICON_EMPTY: Final = 32


class Motion:
    """Times of what little moves, ms."""

    FADE: Final = 120
    TOOLTIP: Final = 500
    SKELETON_AFTER: Final = 200
    PROGRESS_AFTER: Final = 1000
    TOAST: Final = 6000


def alpha(color: QColor, opacity: float) -> QColor:
    """Return a copy of `color` with `opacity` in 0..1."""
    faded = QColor(color)
    faded.setAlphaF(opacity)
    return faded


def contrast(first: QColor, second: QColor) -> float:
    """Return the WCAG 2 contrast ratio of two opaque colours, 1..21."""
    lighter, darker = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(color: QColor) -> float:
    def linear(channel: float) -> float:
        return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4

    red, green, blue = (linear(c) for c in (color.redF(), color.greenF(), color.blueF()))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
