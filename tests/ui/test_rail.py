"""The navigation rail by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from reviewer.messages import choose_language, language, translated
from reviewer.ui.pages import SECTIONS
from reviewer.ui.rail import RailItem
from reviewer.ui.theme import draw
from reviewer.ui.theme.tokens import Size, Space

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytestqt.qtbot import QtBot

    from reviewer.ui.theme.theme import Theme


@pytest.fixture(params=["en", "ru"])
def each_language(request: pytest.FixtureRequest) -> Iterator[None]:
    before = language()
    choose_language(request.param)
    yield
    choose_language(before)


@pytest.mark.usefixtures("each_language")
def test_every_name_is_seen_whole_and_told_whole(qtbot: QtBot, theme: Theme) -> None:
    room = theme.px(Size.RAIL) - Space.XS
    # As it is drawn where one is.
    font = theme.font("micro", 600)
    for section in SECTIONS:
        item = RailItem(section)
        qtbot.addWidget(item)
        assert draw.text_width(item.text(), font) <= room
        assert item.accessibleName() == translated(section.title)
        assert item.toolTip() == ("" if item.text() == item.accessibleName() else "Administration")
