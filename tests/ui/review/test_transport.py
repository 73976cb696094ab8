"""The bar of playback controls where there is little room, or letters are large."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtWidgets import QWidget

from reviewer.player.qt_player import RATES
from reviewer.ui.review.transport import Transport

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytestqt.qtbot import QtBot

    from reviewer.ui.theme.theme import Theme


@pytest.fixture
def transport(qtbot: QtBot, theme: Theme) -> Iterator[Transport]:
    host = QWidget()
    qtbot.addWidget(host)
    made = Transport(host)
    made.retranslate()
    made.skip.show_mode("Skip pauses", "10:45 of 13:44", on=False)
    made.clock.set_texts("0:00", "13:44", "13:50:39 MSK")
    made.resize(990, 56)
    host.show()
    yield made
    host.close()


def speeds(transport: Transport) -> tuple[object, ...]:
    return tuple(button.segment.value for button in transport.speed._buttons)


def left_out(transport: Transport) -> list[str]:
    """Return what is not shown for want of room, in the order in which it goes."""
    found = []
    if transport.volume.width() < 80:
        found.append("slider")
    if transport.skip.width() < transport.skip.words_px:
        found.append("words")
    if not transport.volume.isVisible():
        found.append("volume")
    if not transport.next.isVisible():
        found.append("steps")
    if len(speeds(transport)) < len(RATES):
        found.append("speeds")
    return found


def overlaps(transport: Transport) -> bool:
    """Whether anything is narrower than it has to be."""
    shown = (transport.clock, transport.speed, transport.skip, transport.play, transport.more)
    return any(widget.width() < widget.sizeHint().width() for widget in shown)


def test_what_has_no_room_is_left_out_one_thing_after_another(transport: Transport) -> None:
    seen = []
    for width in range(990, 530, -10):
        transport.resize(width, 56)
        transport.layout().activate()
        assert not overlaps(transport), width
        if left_out(transport) not in seen:
            seen.append(left_out(transport))
    order = ["slider", "words", "volume", "steps", "speeds"]
    assert seen == [order[:n] for n in range(6)]
    # And comes back.
    transport.resize(990, 56)
    assert left_out(transport) == []


def test_large_letters_take_the_room_of_what_keys_do(transport: Transport, theme: Theme) -> None:
    transport.resize(760, 56)
    before = left_out(transport)
    theme.set_scale(1.5)
    transport.layout().activate()
    assert len(left_out(transport)) > len(before)
    assert not overlaps(transport)


def test_where_one_speed_is_shown_it_is_the_one_in_force(transport: Transport) -> None:
    transport.resize(540, 56)
    assert left_out(transport)[-1] == "speeds"
    transport.set_rate(2.0)
    assert transport.speed.value == 2.0
    assert speeds(transport) == (2.0,)
    transport.retranslate()
    assert speeds(transport) == (2.0,)
    transport.resize(990, 56)
    assert speeds(transport) == RATES
    assert transport.speed.value == 2.0
