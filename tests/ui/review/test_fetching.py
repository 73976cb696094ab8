"""What is probably shown next is read beforehand, and no longer than it is wanted."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt

from reviewer.models.audit import Act, AuditQuery
from reviewer.models.erasure import Shared, What
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


def acts(store: LocalStore, ident: InteractionId) -> list[str]:
    """Return what the log says of reading one, the earliest first."""
    entries = store.session(ADMIN).audit.entries(AuditQuery(interaction_id=ident))
    return [entry.act for entry in entries if entry.act in (Act.OPENED, Act.PREPARED)][::-1]


def test_the_next_one_is_there_at_once(qtbot, page: ReviewPage, among, store) -> None:
    open_one(qtbot, page, among, 1)
    assert page.fetching.ready == among[2]
    page.open(ReviewRequest(among[2], among))
    # Without a turn of the event loop.
    assert page.opened is not None
    assert page.opened.interaction.id == among[2]
    settle(qtbot, page, among[2])


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


def test_what_another_program_changed_is_shown_a_moment_later(qtbot, page, among, store) -> None:
    open_one(qtbot, page, among, 0)
    store.session(ADMIN).records.set_tags(among[1], ["важно"])
    page.open(ReviewRequest(among[1], among))
    assert page.opened.interaction.tags == ()
    qtbot.waitUntil(lambda: page.opened.interaction.tags == ("важно",))
    settle(qtbot, page, among[1])


def test_what_another_program_deleted_is_gone_a_moment_later(qtbot, page, among, store) -> None:
    open_one(qtbot, page, among, 0)
    session = store.session(ADMIN)
    session.erasure.erase([among[1]], [What.VOICE], "asked", shared=Shared.CUT)
    page.open(ReviewRequest(among[1], among))
    qtbot.waitUntil(lambda: bool(page.opened.interaction.tombstones))
    settle(qtbot, page, among[1])
    assert not page.opened.has_sound
    assert not page.listening.playable


def test_what_may_not_be_seen_any_more_is_not_shown(qtbot, page, among, monkeypatch) -> None:
    from reviewer.errors import NotFoundError

    open_one(qtbot, page, among, 0)

    def gone(*_args, **_how):
        raise NotFoundError(name="1")

    monkeypatch.setattr(page._session.interactions, "get_by_id", gone)
    page.open(ReviewRequest(among[1], among))
    qtbot.waitUntil(page.parts.failed.isVisible)
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
