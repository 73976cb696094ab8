"""Content that is gone or broken is told in its place; the rest plays."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from PySide6.QtCore import Qt

from reviewer.models.ids import Giid
from reviewer.models.recording import RecordingKind
from reviewer.player.qt_player import QtPlayer
from reviewer.player.reports import PlayerState
from reviewer.player.vlc_engine import VlcEngine
from reviewer.ui.review.page import ReviewPage
from reviewer.ui.review.scene import BarState
from reviewer.ui.widgets.labels import Label
from tests.ui.review import builders
from tests.ui.review.conftest import player_of, press, settle, show


def test_deleted_content_shows_its_tombstone(qtbot, page, ids):
    show(qtbot, page, ids, "deleted_call")
    words = page.parts.gone.words
    assert page.parts.gone.isVisible()
    assert "The recording was deleted" in words
    assert "Татьяна Орлова" in words
    assert "Запрос клиента на удаление персональных данных, № 8841" in words
    assert not page.listening.playable
    assert not page.parts.transport.play.isEnabled()
    assert page.parts.transport.clock.texts[2] == "playback is not possible"
    # The rest works: the parts can be walked and scored.
    press(qtbot, page, Qt.Key.Key_N, widget=page.parts.timeline)
    assert page.segment_number == 2


def test_a_tombstone_is_as_wide_as_there_is_room(qtbot, page, ids):
    show(qtbot, page, ids, "deleted_call")
    panel = page.parts.gone
    panel.setParent(None)
    qtbot.addWidget(panel)
    panel.show()
    for width in (900, 420, 700):
        panel.resize(width, 500)
        qtbot.waitUntil(lambda: panel._card.geometry().right() < panel.width())
        assert panel._card.width() == min(560, width - 16)
        for label in panel._card.findChildren(Label):
            assert label.height() >= label.heightForWidth(label.width())


def test_each_deletion_is_told_with_who_made_it_and_why(qtbot, page, store):
    whole = builders.deleted_call()
    voice, screen = whole.tombstones
    later = replace(screen, at_us=screen.at_us + 60_000_000, by="Олег", reason="Договор 12")
    expired = replace(later, at_us=later.at_us + 60_000_000, reason="retention", by_retention=True)
    expired = replace(expired, kind=RecordingKind.VOICE_TRANSCRIPT)
    giid = Giid("22222222-2222-4222-8222-222222222229")
    call = replace(whole, giid=giid, tombstones=(voice, later, expired))
    ident = builders.put(store, call)
    page.open(ident)
    settle(qtbot, page, ident)
    words = page.parts.gone.words
    names = ("Deleted by", "Reason", "What")
    told = [words[n + 1] for n, word in enumerate(words) if word in names]
    assert told == [
        "Татьяна Орлова",
        "Запрос клиента на удаление персональных данных, № 8841",
        "call recording",
        "Олег",
        "Договор 12",
        "screen recording",
        "retention ended",
        "call transcript",
    ]


def test_deleted_sound_is_told_where_the_texts_are_left(qtbot, page, store):
    ident = builders.put(store, builders.silenced_call())
    page.open(ident)
    settle(qtbot, page, ident)
    line = page.parts.gone_line
    assert line.isVisible()
    assert line.words == (
        "Deleted: call recording, 2023-10-12 12:30:39 MSK. By: Татьяна Орлова. "
        "Reason: Запрос клиента."
    )
    assert page.parts.transcript.isVisible()
    page.open(builders.put(store, builders.call()))
    qtbot.waitUntil(lambda: not line.isVisible())


def test_an_empty_recording_is_said_in_its_bar(qtbot, page, ids):
    show(qtbot, page, ids, "ivr_call")
    assert page.parts.timeline.scene.rows[0].state is BarState.EMPTY
    assert not page.parts.trouble.isVisible()
    assert not page.parts.transport.play.isEnabled()


def test_a_missing_file_is_named_and_the_rest_plays(qtbot, page, session, store, ids):
    interaction = session.interactions.get_by_id(ids["call"])
    lost = interaction.recordings[2]
    vault = next(p for p in store_files(store) if str(lost.object_id) in p.name)
    vault.unlink()
    show(qtbot, page, ids, "call")
    qtbot.waitUntil(page.parts.trouble.isVisible)
    assert "part3.wav" in page.parts.trouble.accessibleName()
    states = [row.state for row in page.parts.timeline.scene.rows]
    assert states == [BarState.SOUND, BarState.SOUND, BarState.MISSING]
    press(qtbot, page, Qt.Key.Key_Space, widget=page.parts.timeline)
    assert player_of(page).state is PlayerState.PLAYING


def test_a_damaged_file_is_named_and_plays_as_far_as_it_can(qtbot, page, session, store, ids):
    broken = session.interactions.get_by_id(ids["call"]).recordings[2]
    file = next(p for p in store_files(store) if str(broken.object_id) in p.name)
    data = bytearray(file.read_bytes())
    data[-1] ^= 1
    file.write_bytes(data)
    session.centre.examine(repair=True)
    show(qtbot, page, ids, "call")
    qtbot.waitUntil(page.parts.trouble.isVisible)
    assert "part3.wav is damaged" in page.parts.trouble.accessibleName()
    states = [row.state for row in page.parts.timeline.scene.rows]
    assert states == [BarState.SOUND] * 3
    press(qtbot, page, Qt.Key.Key_Space, widget=page.parts.timeline)
    assert player_of(page).state is PlayerState.PLAYING


def store_files(store):
    from pathlib import Path

    return [p for p in Path(store.url).rglob("*") if p.is_file()]


def test_without_libvlc_a_line_says_so_and_the_page_works(qtbot, shell, session, ids):
    engine = partial(make_missing_engine)
    player = QtPlayer(engine)
    page = ReviewPage(shell, session, player)
    player.setParent(page)
    qtbot.addWidget(page)
    page.show()
    show(qtbot, page, ids, "call")
    qtbot.waitUntil(page.parts.attention.isVisible)
    assert "libVLC" in page.parts.attention.accessibleName()
    press(qtbot, page, Qt.Key.Key_Space, widget=page.parts.timeline)
    qtbot.waitUntil(lambda: player.state is PlayerState.PLAYING)
    page.closing()


def make_missing_engine(emit):
    return VlcEngine(emit, ["--this-option-does-not-exist"])
