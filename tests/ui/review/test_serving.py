"""What is taken along of an interaction, and going on where one stopped."""

from __future__ import annotations

import wave
from typing import TYPE_CHECKING

import pytest
from PySide6.QtWidgets import QApplication, QFileDialog

from reviewer.models.ids import TimelineUs
from reviewer.player.qt_player import QtPlayer
from reviewer.services.downloads import Download
from reviewer.services.links import follow_link
from reviewer.ui.review.page import ReviewPage
from reviewer.ui.review.request import ReviewRequest
from tests.ui.review import builders
from tests.ui.review.conftest import settle, show

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from reviewer.models.ids import InteractionId
    from reviewer.storage.local import LocalStore
    from reviewer.storage.store import Session
    from reviewer.ui.page import Shell

pytestmark = [pytest.mark.threads]
S = builders.S


def wait(qtbot: QtBot, page: ReviewPage) -> None:
    qtbot.waitUntil(lambda: not page._shell.runner.busy, timeout=20_000)


def test_the_sound_is_saved_where_the_dialog_says(
    qtbot: QtBot, opened: ReviewPage, tmp_path: Path
) -> None:
    assert opened.parts.details.download.isVisible()
    opened._shell.actions.action("review.download_audio", opened).trigger()
    dialog = opened.findChild(QFileDialog)
    assert dialog is not None
    place = tmp_path / "call.wav"
    dialog.fileSelected.emit(str(place))
    dialog.close()
    wait(qtbot, opened)
    with wave.open(str(place)) as file:
        assert file.getnframes() > 0
    assert opened._shell.settings.value("review/download_folder") == str(tmp_path)


def test_what_is_not_there_says_why(
    qtbot: QtBot, opened: ReviewPage, ids: dict[str, InteractionId]
) -> None:
    actions = opened._shell.actions
    assert actions.action("review.download_audio", opened).isEnabled()
    show(qtbot, opened, ids, "deleted_call")
    gone = actions.action("review.download_audio", opened)
    assert not gone.isEnabled()
    assert "audio" in gone.toolTip()
    assert actions.action("review.download_scores", opened).isEnabled()


def test_without_the_privilege_there_is_no_download(
    qtbot: QtBot,
    shell: Shell,
    store: LocalStore,
    session: Session,
    ids: dict[str, InteractionId],
) -> None:
    session.people.add_user("olga", "Olga", ["qm_evaluator"], teams=["Карты"])
    player = QtPlayer(None)
    page = ReviewPage(shell, store.session("olga"), player)
    player.setParent(page)
    qtbot.addWidget(page)
    page.show()
    page.open(ReviewRequest(ids["call"]))
    settle(qtbot, page, ids["call"])
    assert not page.parts.details.download.isVisible()
    with pytest.raises(KeyError):
        shell.actions.action("review.download_audio", page)
    page.left()
    page.closing()


def test_a_link_leads_back_to_the_moment(
    qtbot: QtBot, opened: ReviewPage, session: Session, ids: dict[str, InteractionId]
) -> None:
    opened.listening.seek(TimelineUs(100 * S))
    here = opened._shell.actions.action("review.copy_link_here", opened)
    told = "\nOpening it takes “Listen to recordings and view chats” or a wider privilege"
    assert here.toolTip() == f"Copy the link to this moment{told}"
    assert opened.parts.details.link.toolTip().endswith(told)
    here.trigger()
    wait(qtbot, opened)
    link = QApplication.clipboard().text()
    assert follow_link(session, link) == (ids["call"], 100 * S)
    opened.parts.details.link.click()
    wait(qtbot, opened)
    assert follow_link(session, QApplication.clipboard().text()) == (ids["call"], None)


def test_one_goes_on_where_one_stopped(
    qtbot: QtBot, opened: ReviewPage, ids: dict[str, InteractionId]
) -> None:
    opened.listening.seek(TimelineUs(100 * S))
    show(qtbot, opened, ids, "chat")
    show(qtbot, opened, ids, "call")
    assert opened.listening.player.position_us == 99 * S


def test_the_end_of_the_program_keeps_the_place(
    opened: ReviewPage, session: Session, ids: dict[str, InteractionId]
) -> None:
    opened.listening.seek(TimelineUs(100 * S))
    assert opened.opened is not None
    opened.closing()
    expected = opened.opened.timeline.to_wall(TimelineUs(100 * S))
    assert session.listening.position(ids["call"]) == expected


def test_what_was_heard_to_its_end_begins_anew(
    qtbot: QtBot, opened: ReviewPage, ids: dict[str, InteractionId]
) -> None:
    assert opened.opened is not None
    opened.listening.seek(TimelineUs(opened.opened.timeline.duration_us - S))
    show(qtbot, opened, ids, "chat")
    show(qtbot, opened, ids, "call")
    assert opened.listening.player.position_us == 0


def test_all_kinds_are_offered_in_the_menu(opened: ReviewPage) -> None:
    opened.parts.details.download.click()
    menus = [w for w in QApplication.topLevelWidgets() if w.isVisible() and w.inherits("QMenu")]
    assert [len(menu.actions()) for menu in menus] == [len(Download)]
    menus[0].close()
