"""Fonts, palette, icons and the change of the theme."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QColor, QFontInfo, QFontMetricsF, QIcon, QImage, QPalette, QRawFont

from reviewer.errors import ResourceMissingError
from reviewer.paths import resource_path
from reviewer.ui.theme import draw
from reviewer.ui.theme import theme as theme_module
from reviewer.ui.theme.theme import theme as current
from reviewer.ui.theme.tokens import DARK, LIGHT, Size

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication
    from pytestqt.qtbot import QtBot

    from reviewer.ui.theme.theme import Theme


def _inked(icon_image: QImage) -> set[str]:
    """Colours of the opaque pixels."""
    return {
        icon_image.pixelColor(x, y).name()
        for x in range(icon_image.width())
        for y in range(icon_image.height())
        if icon_image.pixelColor(x, y).alpha() == 255
    }


def test_the_shipped_fonts_are_used(theme: Theme) -> None:
    assert QFontInfo(theme.font("body")).family() == "Inter"
    assert QFontInfo(theme.mono()).family() == "JetBrains Mono"


@pytest.mark.parametrize("step", ["display", "body", "micro"])
def test_figures_are_equally_wide(theme: Theme, step: str) -> None:
    metrics = QFontMetricsF(theme.font(step))  # type: ignore[arg-type]
    assert metrics.horizontalAdvance("1111") == metrics.horizontalAdvance("8888")


def test_the_fonts_have_cyrillic_and_the_signs_of_the_design(theme: Theme) -> None:
    body, mono = QRawFont.fromFont(theme.font("body")), QRawFont.fromFont(theme.mono())
    assert all(body.supportsCharacter(ord(sign)) for sign in "Ёжзя−…₽↵×")
    assert all(mono.supportsCharacter(ord(sign)) for sign in "Ёжзя−…×")


def test_fonts_and_icons_come_with_their_licences() -> None:
    for name in ("fonts/Inter-OFL.txt", "fonts/JetBrainsMono-OFL.txt"):
        assert "SIL OPEN FONT LICENSE Version 1.1" in resource_path(name).read_text("utf-8")
    assert "ISC License" in resource_path("icons", "LICENSE.txt").read_text("utf-8")


def test_the_scheme_is_swapped_at_once(qtbot: QtBot, qapp: QApplication, theme: Theme) -> None:
    assert qapp.palette().color(QPalette.ColorRole.Window) == LIGHT.window
    with qtbot.waitSignal(theme.changed):
        theme.set_scheme("dark")
    assert theme.dark
    assert qapp.palette().color(QPalette.ColorRole.Window) == DARK.window
    assert theme.color("agent") == DARK.agent


def test_the_palette_knows_inactive_and_disabled(qapp: QApplication, theme: Theme) -> None:
    palette, group, role = qapp.palette(), QPalette.ColorGroup, QPalette.ColorRole
    colors = theme.colors
    assert palette.color(group.Active, role.Highlight) == colors.selection
    assert palette.color(group.Inactive, role.Highlight) == colors.selection_off
    assert palette.color(group.Disabled, role.Text) == colors.disabled
    assert palette.color(role.Accent) == colors.accent


def test_the_text_size_scales_fonts_and_sizes_within_limits(theme: Theme) -> None:
    theme.set_scale(1.5)
    assert theme.font("body").pixelSize() == 20
    assert theme.px(Size.BUTTON) == 48
    theme.set_scale(9)
    assert theme.scale == 1.5
    theme.set_scale(0.1)
    assert theme.scale == 0.9


def test_a_row_is_never_too_low_for_its_text(theme: Theme) -> None:
    metrics = QFontMetricsF(theme.font("display"))
    assert theme.row_px(20, metrics) == round(metrics.lineSpacing()) + 12
    assert theme.row_px(200, metrics) == 200


def test_unknown_roles_are_refused(theme: Theme) -> None:
    with pytest.raises(KeyError):
        theme.color("magenta")


def test_the_theme_is_found_from_anywhere(theme: Theme) -> None:
    assert current() is theme


def test_a_window_without_theme_is_a_mistake_of_the_composition(
    qapp: QApplication, theme: Theme, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(theme_module, "_PROPERTY", "somethingElse")
    with pytest.raises(RuntimeError):
        current()


# --- icons


@pytest.mark.parametrize("ratio", [1.0, 1.5, 2.0])
def test_icons_are_sharp_at_every_ratio(theme: Theme, ratio: float) -> None:
    pixmap = theme.icon("headphones").pixmap(QSize(16, 16), ratio)
    assert pixmap.devicePixelRatio() == ratio
    assert pixmap.size() == QSize(round(16 * ratio), round(16 * ratio))


def test_icons_take_the_colour_of_the_theme_in_force(theme: Theme) -> None:
    icon = theme.icon("flag", "fail")
    light = icon.pixmap(QSize(32, 32)).toImage()
    theme.set_scheme("dark")
    dark = icon.pixmap(QSize(32, 32)).toImage()
    assert LIGHT.fail.name() in _inked(light)
    assert DARK.fail.name() in _inked(dark)
    assert LIGHT.fail.name() not in _inked(dark)


@pytest.mark.parametrize(
    ("mode", "state", "role"),
    [
        (QIcon.Mode.Normal, QIcon.State.On, "accent_text"),
        (QIcon.Mode.Disabled, QIcon.State.Off, "disabled"),
        (QIcon.Mode.Selected, QIcon.State.Off, "on_sel"),
    ],
)
def test_icons_show_their_state(
    theme: Theme, mode: QIcon.Mode, state: QIcon.State, role: str
) -> None:
    image = theme.icon("flag").pixmap(QSize(32, 32), mode, state).toImage()
    assert theme.color(role).name() in _inked(image)


def test_content_that_is_gone_is_crossed_out(theme: Theme) -> None:
    plain = theme.pixmap("monitor", 32, "deleted").toImage()
    gone = theme.pixmap("gone:monitor", 32, "deleted").toImage()
    assert plain != gone
    middle = gone.pixelColor(16, 16)
    assert middle.alpha() > 100
    assert plain.pixelColor(16, 13).alpha() == 0


def test_skips_have_their_figure_inside(theme: Theme) -> None:
    assert theme.pixmap("back-10", 20).toImage() != theme.pixmap("rotate-ccw", 20).toImage()


def test_pixmaps_are_made_once_and_forgotten_with_the_theme(theme: Theme) -> None:
    theme.set_scheme("dark")
    assert len(theme.icons) == 0
    first = theme.pixmap("phone", 16)
    assert theme.pixmap("phone", 16).cacheKey() == first.cacheKey()
    theme.pixmap("phone", 16, ratio=2.0)
    assert len(theme.icons) == 2


def test_an_icon_that_is_not_shipped_is_named(theme: Theme) -> None:
    with pytest.raises(ResourceMissingError, match=r"icons/unicorn\.svg"):
        theme.icon("unicorn")


def test_every_shipped_icon_can_be_drawn(theme: Theme) -> None:
    names = sorted(path.stem for path in resource_path("icons").glob("*.svg"))
    assert len(names) > 80
    for name in names:
        image = theme.pixmap(name, 24, "text").toImage()
        assert any(image.pixelColor(x, y).alpha() for x in range(24) for y in range(24)), (
            f"{name} is empty"
        )


def test_every_icon_named_in_the_program_is_shipped() -> None:
    shipped = {path.stem for path in resource_path("icons").glob("*.svg")}
    package = resource_path("").parent / "reviewer"
    used: set[str] = set()
    for path in package.rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        used |= set(re.findall(r'(?:icon|pixmap|Sign|IconButton)\(\s*"([a-z0-9-]+)"', text))
        used |= set(re.findall(r'icon="([a-z0-9-]+)"', text))
    missing = used - shipped - {"back-10", "forward-10"}
    assert missing == set()


def test_tints_do_not_leak_between_icons(theme: Theme) -> None:
    image = theme.icons.pixmap("flag", 32, QColor(1, 2, 3), 1.0).toImage()
    assert _inked(image) == {"#010203"}


def test_measured_texts_follow_font_and_width(theme: Theme) -> None:
    small, large = theme.font("small"), theme.font("title")
    words = "A text that is measured twice"
    narrow = draw.text_width(words, small)
    assert draw.text_width(words, large) > narrow == draw.text_width(words, small)
    assert draw.elided(words, small, narrow) == words
    cut = draw.elided(words, small, narrow / 2)
    assert cut.endswith("\u2026")
    assert len(draw.elided(words, small, narrow / 4)) < len(cut)
    assert len(draw.elided(words, large, narrow / 2)) < len(cut)
