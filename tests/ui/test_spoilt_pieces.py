"""The second dialog of deleting, where a shared piece of screen video is lost."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from reviewer.models.erasure import Shared, What
from reviewer.models.ids import MediaUs, WallUs
from reviewer.models.recording import RecordingKind, Span
from reviewer.ui.admin.bulk_confirm import BulkConfirm
from reviewer.ui.erasing.dialog import EraseDialog
from reviewer.ui.erasing.request import EraseOrder, EraseRequest
from tests.helpers.stores import (
    ADMIN,
    STARTED_US,
    make_giid,
    make_incoming,
    make_recording,
    make_segment,
    make_store,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from reviewer.storage.local import LocalStore
    from reviewer.ui.page import Shell

MINUTE = 60_000_000


@pytest.fixture
def store(tmp_path: Path) -> Iterator[LocalStore]:
    """Two calls of a minute each on one piece of video, whose file is lost."""
    piece = make_recording(
        kind=RecordingKind.SCREEN,
        segment_number=None,
        spans=(Span(MediaUs(0), WallUs(STARTED_US), 3 * MINUTE),),
        media_type="video/webm",
    )
    starts = {number: STARTED_US + number * MINUTE for number in (1, 2)}
    calls = [
        make_incoming(
            number,
            started_us=start,
            segments=(make_segment(started_us=start),),
            recordings=(piece,),
            content={0: b"a piece of video"},
        )
        for number, start in starts.items()
    ]
    with make_store(tmp_path) as made:
        session = made.session(ADMIN)
        session.intake.put([*calls, make_incoming(7)])
        (recording,) = session.interactions.get(make_giid(1)).recordings
        made._core.vault.delete(recording.object_id)
        session.centre.examine(repair=True)
        yield made


def second(qtbot: QtBot, shell: Shell, store: LocalStore) -> EraseDialog:
    session = store.session(ADMIN)
    number = session.interactions.find(make_giid(1))
    dialog = EraseDialog(shell, session, EraseRequest([number], "a call"))
    qtbot.addWidget(dialog)
    dialog.show()
    qtbot.waitUntil(lambda: not shell.runner.busy, timeout=20_000)
    dialog.choosing.reason.setText("asked")
    dialog.go_on()
    qtbot.waitUntil(lambda: dialog.at_second and not shell.runner.busy, timeout=20_000)
    return dialog


def test_what_cannot_be_cut_goes_whole_only_where_that_is_chosen(
    qtbot: QtBot, shell: Shell, store: LocalStore
) -> None:
    dialog = second(qtbot, shell, store)
    page = dialog.consequences
    assert page is not None
    assert "is lost" in page.cut.button.toolTip()
    assert not page.whole.button.isChecked()
    assert not dialog.act.isEnabled()
    assert dialog.act.toolTip() == "Choose what becomes of the screen pieces"
    page.whole.button.click()
    orders: list[EraseOrder] = []
    dialog.ordered.connect(orders.append)
    dialog.act.click()
    assert [order.shared for order in orders] == [Shared.WHOLE]


def test_what_can_neither_be_cut_nor_go_whole_stays(
    qtbot: QtBot, shell: Shell, store: LocalStore
) -> None:
    session = store.session(ADMIN)
    session.keeping.hold([session.interactions.find(make_giid(2))], "court")
    dialog = second(qtbot, shell, store)
    assert not dialog.act.isEnabled()
    assert "is lost" in dialog.act.toolTip()
    assert "court" in dialog.act.toolTip()


def test_the_last_question_before_many_are_deleted_asks_for_it_too(
    qtbot: QtBot, shell: Shell, store: LocalStore
) -> None:
    session = store.session(ADMIN)
    request = EraseRequest([session.interactions.find(make_giid(1))], "Service Support")
    dialog = BulkConfirm(shell, session, request, [What.SCREEN], "asked")
    qtbot.addWidget(dialog)
    dialog.show()
    qtbot.waitUntil(lambda: not shell.runner.busy, timeout=20_000)
    assert dialog.consequences is not None
    assert not dialog.act.isEnabled()
    dialog.consequences.whole.button.click()
    assert dialog.act.isEnabled()
