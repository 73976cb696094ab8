"""A window whose place was signed out, or whose user was disabled, locks and tells why."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from reviewer.app import Program
from reviewer.models.access import UserChange
from reviewer.models.erasure import Shared, What
from reviewer.models.search import Search
from reviewer.player.reports import PlayerState
from reviewer.storage.local import open_store
from reviewer.ui.locking import LockDialog
from reviewer.ui.login import PasswordDialog
from reviewer.ui.review.describe_dialogs import TagsDialog
from reviewer.ui.review.request import ReviewRequest
from reviewer.ui.widgets.buttons import Button
from tests.helpers.stores import ADMIN, KEY, make_encrypted, make_store
from tests.ui.review import builders

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from PySide6.QtWidgets import QApplication
    from pytestqt.qtbot import QtBot

    from reviewer.models.ids import InteractionId
    from reviewer.storage.local import LocalStore
    from reviewer.storage.store import Session
    from reviewer.ui.admin.settings_page import SettingsPage
    from reviewer.ui.results.page import ResultsPage
    from reviewer.ui.review.page import ReviewPage
    from reviewer.ui.settings import WindowSettings
    from reviewer.ui.theme.theme import Theme

GOOD = "correct horse battery"
OTHER = "staple of another kind"
LONG = 60_000


@pytest.fixture
def store(tmp_path: Path) -> Iterator[LocalStore]:
    with closing(make_store(tmp_path)) as made:
        yield made


@pytest.fixture
def number(store: LocalStore) -> InteractionId:
    return builders.put(store, builders.call())


@pytest.fixture
def boss(store: LocalStore) -> Iterator[Session]:
    """The administrator, in another place than the window; Anna has a password."""
    with closing(open_store(store.folder)) as elsewhere:
        session = elsewhere.session(ADMIN)
        anna, _ = session.people.add_user("anna", "Anna", ["administrator"])
        session.people.set_password(anna.id, GOOD, must_change=False)
        yield session


@pytest.fixture
def program(
    qapp: QApplication, theme: Theme, store: LocalStore, boss: Session, settings: WindowSettings
) -> Iterator[Program]:
    """Anna's window."""
    settings.set_value("sound/arguments", ["--aout=adummy"])
    session = store.session("anna", password=GOOD)
    made = Program(qapp, store, session, settings=settings, scheme="light")
    made.window.show()
    yield made
    made.close()
    made.deleteLater()


@pytest.fixture
def playing(qtbot: QtBot, program: Program, number: InteractionId) -> ReviewPage:
    """Her review page, in which a call sounds."""
    program.window.go("review", ReviewRequest(number))
    page: ReviewPage = program.window.page("review")
    player = page.listening.player
    qtbot.waitUntil(lambda: player.state is PlayerState.PAUSED, timeout=LONG)
    player.play()
    qtbot.waitUntil(lambda: player.state is PlayerState.PLAYING, timeout=LONG)
    return page


def sign_out(boss: Session, login: str = "anna") -> None:
    (place,) = (one for one in boss.people.sign_ins() if one.login == login)
    boss.people.sign_out(place.number)


def asked(qtbot: QtBot, program: Program, *, by_itself: bool = False) -> LockDialog:
    """Wait until the window noticed, and return what it asks."""
    if not by_itself:
        program.lock.check()
    qtbot.waitUntil(lambda: program.lock.dialog is not None, timeout=LONG)
    dialog = program.lock.dialog
    assert isinstance(dialog, LockDialog)
    return dialog


def test_signed_out_elsewhere_the_window_hides_what_it_shows_stops_and_says_so(
    qtbot: QtBot, qapp: QApplication, program: Program, playing: ReviewPage, boss: Session
) -> None:
    sign_out(boss)
    dialog = asked(qtbot, program, by_itself=True)
    assert [w for w in qapp.topLevelWidgets() if w.isVisible()] == [dialog]
    assert playing.listening.player.state is PlayerState.PAUSED
    assert dialog.said.text() == "anna was signed out here. Log in again to go on."
    dialog.edit.setText("wrong")
    dialog.attempt()
    qtbot.waitUntil(lambda: "password is wrong" in dialog.told.text(), timeout=LONG)
    dialog.edit.setText(GOOD)
    with qtbot.waitSignal(dialog.unlocked, timeout=LONG):
        dialog.attempt()
    # She goes on where she was.
    assert program.window.isVisible()
    assert program.window.current is playing
    assert [one.login for one in boss.people.sign_ins()].count("anna") == 1
    program._session.refresh()


def test_a_disabled_user_is_not_let_in_again_and_leaves(
    qtbot: QtBot, program: Program, playing: ReviewPage, boss: Session
) -> None:
    (anna,) = (one for one in boss.people.users() if one.login == "anna")
    boss.people.change_user(anna.id, UserChange(disabled=True))
    dialog = asked(qtbot, program)
    assert not program.window.isVisible()
    assert playing.listening.player.state is PlayerState.PAUSED
    assert dialog.said.text() == "anna may not use this store any more."
    # There is nothing to type, and one thing to do.
    assert dialog.edit is None
    assert [button.text() for button in dialog.findChildren(Button) if button.isVisible()] == [
        "Quit"
    ]
    dialog.attempt()
    assert not program.window.isVisible()
    dialog.cancel.click()
    assert program.lock.dialog is None
    assert program.late == ()


def test_who_may_see_it_no_more_loses_what_is_shown_and_hears_no_more(
    qtbot: QtBot, program: Program, playing: ReviewPage, boss: Session
) -> None:
    program.window.go("results", Search())
    results: ResultsPage = program.window.page("results")
    qtbot.waitUntil(lambda: results.model.total == 1, timeout=LONG)
    program.window.go("review")
    (anna,) = (one for one in boss.people.users() if one.login == "anna")
    boss.people.change_user(anna.id, UserChange(roles=("supervisor",)))
    program.lock.check()
    qtbot.waitUntil(lambda: playing.opened is None, timeout=LONG)
    assert playing.listening.player.state is not PlayerState.PLAYING
    qtbot.waitUntil(lambda: results.model.total == 0, timeout=LONG)


def test_words_that_another_program_deletes_are_shown_no_longer(
    qtbot: QtBot, program: Program, playing: ReviewPage, boss: Session, number: InteractionId
) -> None:
    qtbot.waitUntil(lambda: playing.settled, timeout=LONG)
    assert playing.parts.transcript.model().rowCount() > 0
    spoken = playing.opened.has_texts
    assert spoken
    boss.erasure.erase([number], {What.VOICE, What.TRANSCRIPT}, "asked for", shared=Shared.CUT)
    # By itself: nobody does anything in this window.
    qtbot.waitUntil(lambda: bool(playing.opened.interaction.tombstones), timeout=LONG)
    qtbot.waitUntil(lambda: playing.settled, timeout=LONG)
    assert not playing.opened.has_texts
    assert not playing.parts.gone.isHidden()


def test_who_administers_no_more_is_shown_nothing_of_it_any_more(
    qtbot: QtBot, program: Program, boss: Session, number: InteractionId
) -> None:
    boss.keeping.hold([number], "court")
    pages = []
    for name in ("users", "holds", "audit"):
        program.window.go(name)
        page = program.window.page(name)
        qtbot.waitUntil(lambda page=page: bool(page.table.texts.rows), timeout=LONG)
        pages.append(page)
    (anna,) = (one for one in boss.people.users() if one.login == "anna")
    boss.people.change_user(anna.id, UserChange(roles=("agent",)))
    program.lock.check()
    qtbot.waitUntil(lambda: program.window.current.name == "search", timeout=LONG)
    assert [page.table.texts.rows for page in pages] == [()] * 3
    # Gone back to, they say why; what is typed brings nothing back.
    program.window.go("users")
    qtbot.waitUntil(pages[0].error.isVisible, timeout=LONG)
    pages[0].filter.setText("a")
    assert pages[0].table.texts.rows == ()


def test_what_was_taken_while_it_was_locked_is_not_shown_by_unlocking(
    qtbot: QtBot, program: Program, playing: ReviewPage, boss: Session
) -> None:
    program.lock.lock()
    (anna,) = (one for one in boss.people.users() if one.login == "anna")
    boss.people.change_user(anna.id, UserChange(roles=("supervisor",)))
    program.lock.check()
    qtbot.waitUntil(lambda: program._session.people.me.roles == ("supervisor",), timeout=LONG)
    qtbot.waitUntil(lambda: program.lock._looking is None, timeout=LONG)
    told: list[str] = []
    program.lock.access_changed.connect(lambda: told.append("access"))
    dialog = asked(qtbot, program)
    dialog.unlocked.connect(lambda: told.append("unlocked"))
    dialog.edit.setText(GOOD)
    dialog.attempt()
    qtbot.waitUntil(lambda: "unlocked" in told, timeout=LONG)
    # Not only once it is looked again.
    assert told == ["access", "unlocked"]
    qtbot.waitUntil(lambda: playing.opened is None, timeout=LONG)


def test_a_user_who_is_let_in_again_says_who_they_are_first(
    qtbot: QtBot, program: Program, boss: Session
) -> None:
    (anna,) = (one for one in boss.people.users() if one.login == "anna")
    boss.people.change_user(anna.id, UserChange(disabled=True))
    before = asked(qtbot, program)
    boss.people.change_user(anna.id, UserChange(disabled=False))
    program.lock.check()
    qtbot.waitUntil(lambda: program.lock.dialog is not before, timeout=LONG)
    dialog = asked(qtbot, program)
    assert dialog.said.text() == "Type the password of anna to go on."
    dialog.edit.setText(GOOD)
    with qtbot.waitSignal(dialog.unlocked, timeout=LONG):
        dialog.attempt()
    assert program.window.isVisible()


def test_what_was_entered_last_is_said_to_be_unsaved_and_saved_by_logging_in(
    qtbot: QtBot, program: Program, playing: ReviewPage, boss: Session
) -> None:
    qtbot.waitUntil(lambda: playing.settled, timeout=LONG)
    giid = playing.opened.interaction.giid
    written = program._session.memory.recall("drafts")
    sign_out(boss)
    playing.parts.evaluation.note.setPlainText("Promised to call back")
    dialog = asked(qtbot, program)
    said = "What was entered last is not saved yet: logging in saves it, quitting loses it."
    assert said in dialog.said.text()
    dialog.edit.setText(GOOD)
    with qtbot.waitSignal(dialog.unlocked, timeout=LONG):
        dialog.attempt()
    qtbot.waitUntil(lambda: not playing.unsaved, timeout=LONG)
    kept = program._session.memory.recall("drafts")
    assert kept != written
    assert f"{giid}/1" in kept
    # With nothing of the kind, nothing is said.
    sign_out(boss)
    assert "saved" not in asked(qtbot, program).said.text()


def test_what_was_begun_in_a_dialog_or_a_form_is_said_to_be_lost_by_quitting_and_is_there_again(
    qtbot: QtBot, program: Program, playing: ReviewPage, boss: Session
) -> None:
    qtbot.waitUntil(lambda: playing.settled, timeout=LONG)
    describing = playing.serving.describing
    describing.ask_tags()
    tags = describing.dialog
    assert isinstance(tags, TagsDialog)
    begun = "What was begun is there again after logging in; quitting loses it."
    for text, told in (("", False), ("angry", True)):
        qtbot.keyClicks(tags.field.edit, text)
        sign_out(boss)
        dialog = asked(qtbot, program)
        assert (begun in dialog.said.text()) is told
        assert not tags.isVisible()
        dialog.edit.setText(GOOD)
        with qtbot.waitSignal(dialog.unlocked, timeout=LONG):
            dialog.attempt()
        assert tags.isVisible()
    assert tags.tags == ("angry",)
    tags.reject()
    # A page that is saved by a button.
    program.window.go("settings")
    page: SettingsPage = program.window.page("settings")
    qtbot.waitUntil(lambda: bool(page.centre_name.text()), timeout=LONG)
    qtbot.keyClicks(page.centre_name, "!")
    (anna,) = (one for one in boss.people.users() if one.login == "anna")
    boss.people.change_user(anna.id, UserChange(disabled=True))
    assert "What was entered last was not saved." in asked(qtbot, program).said.text()


def test_a_password_given_by_somebody_else_is_changed_before_anything_is_seen(
    qtbot: QtBot, program: Program, boss: Session
) -> None:
    (anna,) = (one for one in boss.people.users() if one.login == "anna")
    boss.people.set_password(anna.id, OTHER)
    dialog = asked(qtbot, program)
    dialog.edit.setText(OTHER)
    dialog.attempt()
    qtbot.waitUntil(lambda: isinstance(program.lock.dialog, PasswordDialog), timeout=LONG)
    change = program.lock.dialog
    assert isinstance(change, PasswordDialog)
    assert not program.window.isVisible()
    # Until then she may do nothing, and what is hidden is hers all the same.
    with qtbot.assertNotEmitted(program.lock.access_changed):
        program.lock.check()
        qtbot.waitUntil(lambda: program.lock._looking is None, timeout=LONG)
    for edit in (change.new, change.again):
        edit.setText(GOOD)
    with qtbot.waitSignal(change.changed, timeout=LONG):
        change.attempt()
    assert program.lock.dialog is None
    assert program.window.isVisible()
    assert program._session.people.roles()


def test_locked_already_it_says_why_a_login_is_asked_for(
    qtbot: QtBot, program: Program, boss: Session
) -> None:
    program.lock.lock()
    before = program.lock.dialog
    assert before is not None
    sign_out(boss)
    program.lock.check()
    qtbot.waitUntil(lambda: program.lock.dialog is not before, timeout=LONG)
    assert "signed out here" in asked(qtbot, program).said.text()


@pytest.mark.parametrize("sealed", [False, True])
def test_without_a_password_one_is_asked_for_what_opens_the_store_or_nothing(
    qtbot: QtBot,
    qapp: QApplication,
    theme: Theme,
    tmp_path: Path,
    settings: WindowSettings,
    *,
    sealed: bool,
) -> None:
    store = make_encrypted(tmp_path / "sealed") if sealed else make_store(tmp_path)
    opener = KEY if sealed else None
    with closing(store), closing(open_store(store.folder, opener=opener)) as elsewhere:
        program = Program(qapp, store, store.session(ADMIN), settings=settings, scheme="light")
        program.window.show()
        # Two places of one user: the one that is not here is the window's.
        people = elsewhere.session(ADMIN).people
        (place,) = (one for one in people.sign_ins() if not one.is_here)
        people.sign_out(place.number)
        dialog = asked(qtbot, program)
        assert (dialog.edit is not None) is sealed
        if sealed:
            assert "Type the passphrase of the store" in dialog.said.text()
            people.change_password("", GOOD)
            # By now there is a password: that is asked for.
            store.opens_with = lambda _text: True  # type: ignore[method-assign]
            dialog.edit.setText("the passphrase")
            dialog.attempt()
            qtbot.waitUntil(lambda: program.lock.dialog is not dialog, timeout=LONG)
            dialog = asked(qtbot, program)
            dialog.edit.setText(GOOD)
        with qtbot.waitSignal(dialog.unlocked, timeout=LONG):
            dialog.attempt()
        assert program.window.isVisible()
        program.close()
        program.deleteLater()
