"""The colours keep the contrast the design computed, and nobody paints beside them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from reviewer.ui.theme.tokens import DARK, LIGHT, ROLES, TYPE, Colors, contrast

# role, ground, ratio in the dark theme, ratio in the light theme: as in the design's tables.
PAIRS = (
    ("text", "surface", 13.8, 16.7),
    ("text", "window", 14.7, 15.2),
    ("text", "raised", 12.4, 16.7),
    ("text", "selection", 9.9, 12.9),
    ("text2", "surface", 8.5, 8.8),
    ("text2", "window", 9.1, 8.0),
    ("text2", "selection", 6.1, 6.8),
    ("text2", "bar_sel", 5.7, 5.7),
    ("muted", "surface", 5.6, 5.7),
    ("muted", "window", 5.9, 5.2),
    ("muted", "raised", 5.0, 5.7),
    ("muted", "hover", 4.8, 5.0),
    ("muted", "accent_soft", 4.7, 4.9),
    ("disabled", "surface", 2.9, 2.6),
    ("on_sel", "selection", 11.0, 12.1),
    ("on_accent", "accent", 5.7, 5.8),
    ("accent_text", "surface", 7.6, 6.5),
    ("accent_text", "window", 8.1, 5.9),
    ("accent_text", "accent_soft", 6.5, 5.5),
    ("accent_text", "selection", 5.4, 5.0),
    ("hit_text", "hit_bg", 6.9, 10.8),
    ("accent", "surface", 5.1, 5.8),
    ("accent", "window", 5.5, 5.3),
    ("accent", "bar", 4.1, 4.7),
    ("accent_hi", "surface", 6.5, 7.5),
    ("focus", "surface", 6.5, 5.8),
    ("focus", "window", 6.9, 5.3),
    ("focus", "raised", 5.8, 5.8),
    ("focus", "accent_soft", 5.5, 4.9),
    ("ctl", "surface", 3.5, 3.6),
    ("ctl", "field", 3.8, 3.6),
    ("ctl", "window", 3.8, 3.3),
    ("agent", "surface", 6.8, 5.6),
    ("agent", "bar", 5.5, 4.5),
    ("agent", "bar_sel", 4.6, 3.6),
    ("agent", "agent_soft", 5.7, 4.9),
    ("customer", "surface", 6.9, 5.8),
    ("customer", "bar", 5.6, 4.7),
    ("customer", "bar_sel", 4.6, 3.7),
    ("customer", "customer_soft", 6.2, 4.9),
    ("consult", "surface", 6.6, 5.8),
    ("consult", "bar", 5.3, 4.7),
    ("consult", "bar_sel", 4.4, 3.7),
    ("hold", "surface", 7.4, 5.2),
    ("hold", "bar_sel", 5.0, 3.4),
    ("silence", "surface", 2.7, 2.0),
    ("gap", "surface", 5.2, 4.5),
    ("ivr", "surface", 6.2, 5.9),
    ("ivr", "bar_sel", 4.1, 3.8),
    ("video", "surface", 6.8, 5.1),
    ("m_comment", "surface", 6.5, 5.8),
    ("m_bookmark", "surface", 8.6, 5.4),
    ("m_hit", "surface", 6.6, 5.2),
    ("m_flag", "surface", 5.6, 5.7),
    ("m_flag", "fail_soft", 5.0, 4.8),
    ("m_step", "surface", 6.8, 5.5),
    ("m_pin", "surface", 7.6, 6.4),
    ("m_pin", "hover", 6.4, 5.6),
    ("success", "surface", 7.5, 5.3),
    ("success", "success_soft", 6.4, 4.7),
    ("warning", "surface", 8.6, 5.4),
    ("warning", "warning_soft", 7.3, 4.7),
    ("fail", "surface", 5.6, 5.7),
    ("fail", "fail_soft", 5.0, 4.8),
    ("deleted", "surface", 3.6, 3.8),
)
TEXT = {"text", "text2", "muted", "on_sel", "on_accent", "accent_text", "hit_text"}
# Words are written in these colours on these grounds.
WRITTEN = {
    ("agent", "agent_soft"),
    ("customer", "customer_soft"),
    ("success", "success_soft"),
    ("warning", "warning_soft"),
    ("fail", "fail_soft"),
    ("agent", "surface"),
    ("customer", "surface"),
    ("consult", "surface"),
    ("success", "surface"),
    ("warning", "surface"),
    ("fail", "surface"),
}
# Exempt: disabled controls, and a line whose sign carries the meaning.
EXEMPT = {"disabled", "silence"}
UI = Path(__file__).parents[2] / "reviewer" / "ui"


def _needed(role: str, ground: str) -> float:
    if role in EXEMPT:
        return 1.0
    return 4.5 if role in TEXT or (role, ground) in WRITTEN else 3.0


@pytest.mark.parametrize("theme", ["dark", "light"])
@pytest.mark.parametrize(("role", "ground", "dark", "light"), PAIRS)
def test_contrast_is_enough_and_as_designed(
    theme: str, role: str, ground: str, dark: float, light: float
) -> None:
    colors: Colors = DARK if theme == "dark" else LIGHT
    ratio = contrast(getattr(colors, role), getattr(colors, ground))
    assert ratio >= _needed(role, ground)
    assert ratio == pytest.approx(dark if theme == "dark" else light, abs=0.051)


def test_both_themes_have_every_role_opaque() -> None:
    assert len(ROLES) == 52
    for colors in (DARK, LIGHT):
        assert all(getattr(colors, role).alpha() == 255 for role in ROLES)


def test_no_text_is_smaller_than_eleven() -> None:
    assert min(px for px, _ in TYPE.values()) == 11


@pytest.mark.parametrize(
    ("what", "pattern"),
    [
        ("a colour value", r"#[0-9A-Fa-f]{6}\b"),
        ("a style sheet", r"setStyleSheet\("),
        ("a global colour", r"GlobalColor\.(?!transparent)"),
        ("an icon by file", r"\.svg\b"),
    ],
)
def test_only_the_theme_knows_how_things_look(what: str, pattern: str) -> None:
    found = [
        f"{path.relative_to(UI)}: {match[0]}"
        for path in UI.rglob("*.py")
        if "theme" not in path.parts
        for match in re.finditer(pattern, path.read_text(encoding="utf-8"))
    ]
    assert found == [], what
