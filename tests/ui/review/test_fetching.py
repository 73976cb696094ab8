"""What is probably shown next is read beforehand, and no longer than it is wanted."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt

from reviewer.models.access import UserChange
from reviewer.models.audit import Act, AuditQuery
from reviewer.models.erasure import Shared, What
from reviewer.models.settings import SettingsChange
from reviewer.player.reports import PlayerState
from reviewer.ui.review.request import ReviewRequest
from tests.helpers.stores import ADMIN, make_incoming
from tests.ui.review.conftest import settle, show

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from reviewer.models.ids import InteractionId
    from reviewer.storage.local import LocalStore
    from reviewer.ui.review.page import ReviewPage

Ids = dict[str, "InteractionId"]


@pytest.fixture
def among(store: LocalStore) -> list[InteractionId]:
    """Five calls of a second each."""
    landed, _ = store.session(ADMIN).intake.put(make_incoming(n) for n in range(20, 25))
    return [each.interaction_id for each in landed if each.interaction_id is not None]


def open_one(qtbot: QtBot, page: ReviewPage, among: list[InteractionId], place: int) -> None:
    """Open one of the results and wait until its neighbours are read as well."""
    page.open(ReviewRequest(among[place], among))
    settle(qtbot, page, among[place])
    qtbot.waitUntil(lambda: not page._shell.runner.tasks, timeout=20_000)


def tags_shown(page: ReviewPage) -> list[tuple[str, ...]]:
    """Return a list that takes the tags of whatever the page shows from now on."""
    shown: list[tuple[str, ...]] = []
    page.fetching.fetched.connect(lambda told: shown.append(told.opened.interaction.tags))
    return shown


def acts(store: LocalStore, ident: InteractionId) -> list[str]:
    """Return what the log says of reading one, the earliest first."""
    entries = store.session(ADMIN).audit.entries(AuditQuery(interaction_id=ident))
    return [entry.act for entry in entries if entry.act in (Act.OPENED, Act.PREPARED)][::-1]


def test_the_next_one_is_shown_as_it_was_read_beforehand(qtbot, page, among) -> None:
    open_one(qtbot, page, among, 1)
    assert page.fetching.ready == among[2]
    scene = page.fetching._ready.opened.scene
    open_one(qtbot, page, among, 2)
    assert page.opened.scene is scene


def test_its_waveform_and_pauses_and_those_after_it_are_kept(qtbot, page, among, store) -> None:
    open_one(qtbot, page, among, 0)
    folder = store.folder / "derived"
    kept = {path.name: path for path in folder.rglob("*") if path.is_file()}
    # This one, the next at hand, and two after it: peaks and activity of each.
    assert len(kept) == 8


def test_going_back_the_one_before_is_read(qtbot, page, among) -> None:
    open_one(qtbot, page, among, 3)
    assert page.fetching.ready == among[4]
    open_one(qtbot, page, among, 2)
    assert page.fetching.ready == among[1]
    open_one(qtbot, page, among, 0)
    assert page.fetching.ready == among[1]


def test_nothing_is_read_beyond_the_last_or_of_one_alone(qtbot, page, among) -> None:
    open_one(qtbot, page, among, 4)
    assert page.fetching.ready is None
    page.open(ReviewRequest(among[0]))
    settle(qtbot, page, among[0])
    qtbot.waitUntil(lambda: not page._shell.runner.tasks)
    assert page.fetching.ready is None


def test_what_changed_here_is_read_anew(qtbot, page, among, store) -> None:
    open_one(qtbot, page, among, 0)
    changes = store.session(ADMIN).records.set_tags(among[1], ["важно"])
    page._shell.bus.publish(changes)
    assert page.fetching.ready is None
    open_one(qtbot, page, among, 1)
    assert page.opened.interaction.tags == ("важно",)


def test_what_another_program_changed_is_never_shown_as_it_was(qtbot, page, among, store) -> None:
    open_one(qtbot, page, among, 0)
    store.session(ADMIN).records.set_tags(among[1], ["важно"])
    shown = tags_shown(page)
    open_one(qtbot, page, among, 1)
    assert set(shown) == {("важно",)}


def test_what_another_program_deleted_is_never_shown(qtbot, page, among, store) -> None:
    open_one(qtbot, page, among, 0)
    session = store.session(ADMIN)
    session.erasure.erase([among[1]], [What.VOICE], "asked", shared=Shared.CUT)
    sounded: list[bool] = []
    page.fetching.fetched.connect(lambda fetched: sounded.append(fetched.opened.has_sound))
    open_one(qtbot, page, among, 1)
    assert page.opened.interaction.tombstones
    assert not any(sounded)
    assert not page.listening.playable


def test_what_may_not_be_seen_any_more_is_not_shown(qtbot, page, among, store) -> None:
    open_one(qtbot, page, among, 0)
    assert page.fetching.ready == among[1]
    people = store.session(ADMIN).people
    people.add_user("boss", "Boss", ["administrator"])
    # Another program does so: nothing is told on this window's bus.
    store.session("boss").people.change_user(people.me.id, UserChange(roles=("customer",)))
    shown = tags_shown(page)
    page.open(ReviewRequest(among[1], among))
    qtbot.waitUntil(page.parts.failed.isVisible)
    assert shown == []
    assert page.opened is None
    assert page.listening.player.state is PlayerState.EMPTY


def test_the_log_tells_reading_beforehand_from_opening(qtbot, page, among, store) -> None:
    open_one(qtbot, page, among, 0)
    assert acts(store, among[1]) == [Act.PREPARED]
    open_one(qtbot, page, among, 1)
    assert acts(store, among[1]) == [Act.PREPARED, Act.OPENED]


def test_it_is_given_up_when_something_else_is_opened(qtbot, page, among, ids) -> None:
    page.open(ReviewRequest(among[0], among))
    settle(qtbot, page, among[0])
    page.open(ReviewRequest(ids["chat"]))
    assert all(task.progress.is_cancelled for task in page.fetching._ahead)
    settle(qtbot, page, ids["chat"])
    qtbot.waitUntil(lambda: not page._shell.runner.tasks)
    assert page.fetching.ready is None


def test_pauses_are_marked_and_promised(qtbot, page, ids) -> None:
    show(qtbot, page, ids, "call")
    planner = page.listening.player.planner
    qtbot.waitUntil(lambda: bool(planner.dull), timeout=20_000)
    assert page.parts.transport.skip.saving.endswith(" of 13:55")
    qtbot.keyClick(page.parts.timeline, Qt.Key.Key_S)
    assert page.parts.transport.skip.isChecked()
    assert planner.saving.saved_us > 0


def test_waiting_in_a_chat_is_skipped(qtbot, page, ids) -> None:
    show(qtbot, page, ids, "chat")
    planner = page.listening.player.planner
    qtbot.waitUntil(lambda: bool(planner.dull), timeout=20_000)
    assert planner.promised.saved_us > 300_000_000


def test_something_sensitive_opens_once_the_reason_is_given(qtbot, page, among, store) -> None:
    session = store.session(ADMIN)
    for ident in among[1:3]:
        session.records.set_tags(ident, ["жалоба"])
    session.centre.change(SettingsChange(sensitive_tags=("жалоба",)))
    privileges = next(r.privileges for r in session.people.roles() if r.key == "administrator")
    session.people.change_role("administrator", privileges, asks_reason=True)
    open_one(qtbot, page, among, 0)
    # Nothing of it is read beforehand.
    assert page.fetching.ready is None
    page.open(ReviewRequest(among[1], among))
    qtbot.waitUntil(lambda: page.reasoning.dialog is not None, timeout=20_000)
    assert page.opened is None
    with qtbot.waitSignal(page.reasoning.dialog.destroyed):
        page.reasoning.dialog.reject()
    assert page.parts.failed.isVisible()
    page.parts.failed.button.click()
    dialog = page.reasoning.dialog
    assert not dialog.act.isEnabled()
    qtbot.keyClicks(dialog.reason, "a complaint")
    with qtbot.waitSignal(dialog.accepted, timeout=20_000):
        qtbot.keyClick(dialog.reason, Qt.Key.Key_Return)
    settle(qtbot, page, among[1])
    query = AuditQuery(interaction_id=among[1], acts=(Act.REASON_GIVEN.value,))
    (entry,) = session.audit.entries(query)
    assert entry.detail == {"reason": "a complaint"}
    # The next one asks for its own.
    page.open(ReviewRequest(among[2], among))
    qtbot.waitUntil(lambda: page.reasoning.dialog is not None, timeout=20_000)
