"""Dialogs are as high as what they say, and no higher."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, QTimer
from PySide6.QtWidgets import QVBoxLayout, QWidget

from reviewer.ui.admin.roles_page import RoleDialog
from reviewer.ui.admin.secret_dialogs import NewPassphraseDialog
from reviewer.ui.bus import Bus
from reviewer.ui.dialogs import ConfirmDialog, Dialog
from reviewer.ui.present_errors import ErrorPresenter
from reviewer.ui.review.scrolled import Yielding
from reviewer.ui.tasks import TaskRunner
from reviewer.ui.theme.tokens import Size
from reviewer.ui.widgets.labels import Label
from tests.helpers.stores import ADMIN, make_store

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from reviewer.ui.theme.theme import Theme

LONG = "Deletion of content: 12 interactions, 23 files.\n" + "Asked for by second, today. " * 20


def opened(qtbot: QtBot, dialog: Dialog) -> Dialog:
    qtbot.addWidget(dialog)
    dialog.open()
    qtbot.waitExposed(dialog)
    qtbot.waitUntil(lambda: dialog.height() == dialog._needed_height(dialog.width()))
    return dialog


def let_timers_go(qtbot: QtBot) -> None:
    """Wait until what was to come in the next turn has come."""
    with qtbot.waitCallback() as turn:
        QTimer.singleShot(0, turn)


def labels(dialog: QWidget) -> list[Label]:
    return [label for label in dialog.findChildren(Label) if label.isVisible() and label.text()]


def test_what_is_asked_is_seen_whole_and_the_title_stands_beside_its_sign(
    qtbot: QtBot, theme: Theme
) -> None:
    for loss in (LONG, "Short."):
        dialog = opened(qtbot, ConfirmDialog("Approve this?", loss, "Approve"))
        for label in labels(dialog):
            assert label.height() >= label.heightForWidth(label.width())
        assert dialog.heading.height() <= dialog.heading.heightForWidth(dialog.heading.width()) + 8


def test_a_sentence_that_comes_later_gets_its_room(qtbot: QtBot, theme: Theme) -> None:
    dialog = opened(qtbot, ConfirmDialog("Approve this?", "Short.", "Approve"))
    said = labels(dialog)[-1]
    said.setText(LONG)
    qtbot.waitUntil(lambda: said.height() >= said.heightForWidth(said.width()))


def test_one_that_was_made_higher_stays_so_when_it_is_shown_again(
    qtbot: QtBot, theme: Theme
) -> None:
    dialog = opened(qtbot, ConfirmDialog("Approve this?", "Short.", "Approve"))
    let_timers_go(qtbot)
    higher = dialog.height() + 100
    dialog.resize(dialog.width(), higher)
    # So it is while the windows are locked.
    dialog.hide()
    dialog.show()
    qtbot.waitExposed(dialog)
    let_timers_go(qtbot)
    assert dialog.height() == higher


def test_none_is_higher_than_the_screen(qtbot: QtBot, theme: Theme) -> None:
    dialog = Dialog("Much")
    part = QWidget()
    part.sizeHint = lambda: QSize(100, 10_000)  # type: ignore[method-assign]
    dialog.body.addWidget(part)
    opened(qtbot, dialog)
    assert dialog.height() <= dialog.screen().availableGeometry().height()


def test_the_fields_of_a_passphrase_keep_their_names_while_one_types(
    qtbot: QtBot, theme: Theme
) -> None:
    dialog = NewPassphraseDialog("Encrypt the store", "Encrypt")
    opened(qtbot, dialog)
    dialog.first.setText("typed")
    said = [label.text() for label in labels(dialog)]
    assert {dialog.first.accessibleName(), dialog.second.accessibleName()} <= set(said)


def test_with_large_letters_lists_give_way_so_that_the_buttons_stay_on_the_screen(
    qtbot: QtBot, theme: Theme, tmp_path: Path
) -> None:
    with closing(make_store(tmp_path)) as store:
        session = store.session(ADMIN)
        runner = TaskRunner(Bus(), ErrorPresenter())
        heights = []
        for scale in (1.0, 1.5):
            theme.set_scale(scale)
            dialog = opened(qtbot, RoleDialog(session.people, session.people.roles()[0], runner))
            room = dialog.screen().availableGeometry()
            assert dialog.minimumWidth() <= room.width()
            assert dialog.height() < room.height()
            assert dialog.rect().contains(dialog.act.geometry())
            heights.append(dialog.privileges.height() / theme.px(Size.MENU_ROW))
        # Twelve rows where there is room, and some that scroll where there is not.
        assert heights[0] > 12 > heights[1] > 3
        runner.shutdown()


def test_what_a_dialog_has_no_room_for_is_scrolled_by_keys(qtbot: QtBot, theme: Theme) -> None:
    for text in ("Short.", LONG * 20):
        content = QWidget()
        column = QVBoxLayout(content)
        column.addWidget(Label(text, wraps=True))
        shown = Yielding(content)
        dialog = Dialog("What will be lost")
        dialog.body.addWidget(shown)
        dialog.add_button("Close", dialog.close)
        opened(qtbot, dialog)
        bar = shown.verticalScrollBar()
        if text == "Short.":
            assert bar.maximum() == 0
            assert shown.focusPolicy() == Qt.FocusPolicy.NoFocus
            continue
        assert dialog.height() < dialog.screen().availableGeometry().height()
        assert bar.maximum() > 0
        assert shown.focusPolicy() == Qt.FocusPolicy.TabFocus
        qtbot.keyClick(shown, Qt.Key.Key_PageDown)
        assert bar.value() > 0
        assert bar.maximum() + shown.viewport().height() >= content.heightForWidth(content.width())
