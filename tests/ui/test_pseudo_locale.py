"""Every text that the window shows passes through the catalogue, apart from data.

The pages are run in a language whose texts are all marked; a text that is shown without a mark
was either written past the catalogue, or comes from the store.
"""

from __future__ import annotations

import gettext
import re
from contextlib import closing
from dataclasses import fields, is_dataclass
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QComboBox,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QTabBar,
    QWidget,
)

from reviewer import messages
from reviewer.app import Program
from reviewer.models.criteria.line import parse_line
from reviewer.models.search import Search
from reviewer.storage.local import create
from reviewer.ui.pages import PAGES
from reviewer.ui.results import wording
from reviewer.ui.widgets.labels import ElidedLabel
from tests.helpers.stores import ADMIN, SETTINGS
from tests.ui.review import builders

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from PySide6.QtWidgets import QApplication
    from pytestqt.qtbot import QtBot

    from reviewer.storage.local import LocalStore
    from reviewer.ui.settings import WindowSettings
    from reviewer.ui.theme.theme import Theme

MARK = "\u2038"
# Names that are the same in every language: of the program, of zones, of keys, of formats.
SAME = frozenset(
    {
        *("Reviewer", "GIID", "ID", "MSK", "UTC", "px"),
        *("Ctrl", "Shift", "Alt", "Meta", "Enter", "Return", "Esc", "Tab", "Space", "Backspace"),
        *("Del", "Delete", "Ins", "PgUp", "PgDown", "Home", "End", "Left", "Right", "Up", "Down"),
    }
)


class Marked(gettext.NullTranslations):
    """Gives every text back with a mark before each of its words."""

    def gettext(self, message: str) -> str:
        return MARK + message

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return MARK + (msgid1 if n == 1 else msgid2)

    def pgettext(self, context: str, message: str) -> str:
        return MARK + message


@pytest.fixture
def marked(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    catalogue = Marked()
    monkeypatch.setattr(messages, "_catalogue", lambda _name: catalogue)
    yield
    # Kept under the name of the language whose place this one took.
    wording._channel_cell.cache_clear()
    wording._content_cell.cache_clear()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[LocalStore]:
    with closing(create(tmp_path / "store", settings=SETTINGS, admin_login=ADMIN)) as made:
        yield made


@pytest.fixture
def program(
    qapp: QApplication,
    theme: Theme,
    marked: None,
    store: LocalStore,
    settings: WindowSettings,
) -> Iterator[Program]:
    settings.set_value("sound/arguments", ["--aout=adummy"])
    made = Program(qapp, store, store.session(ADMIN), settings=settings, scheme="light")
    made.window.resize(1600, 950)
    made.window.show()
    yield made
    made.close()
    made.deleteLater()


def words(text: str) -> set[str]:
    """Return what of a text is words of two letters or more."""
    return set(re.findall(r"[^\W\d_]{2,}", text))


def strings(value: object) -> Iterator[str]:
    """Yield all texts of a value."""
    if isinstance(value, str):
        yield value
    elif is_dataclass(value):
        for field in fields(value):
            yield from strings(getattr(value, field.name))
    elif isinstance(value, tuple | list | frozenset):
        for item in value:
            yield from strings(item)


def told(widget: QWidget) -> Iterator[str]:
    """Yield what a widget says, to the eye and otherwise."""
    yield widget.toolTip()
    yield widget.accessibleName()
    if isinstance(widget, QLabel | QAbstractButton | ElidedLabel):
        yield widget.text()
    if isinstance(widget, QLineEdit | QPlainTextEdit):
        yield widget.placeholderText()
    if isinstance(widget, QComboBox):
        yield from (widget.itemText(index) for index in range(widget.count()))
    if isinstance(widget, QTabBar):
        yield from (widget.tabText(index) for index in range(widget.count()))


def unmarked(window: QWidget, data: set[str]) -> set[str]:
    """Return what is shown in a window that is neither marked nor data."""
    found = set()
    for widget in window.findChildren(QWidget):
        if not widget.isVisible():
            continue
        for text in told(widget):
            if MARK not in text and words(text) - data - SAME:
                found.add(f"{type(widget).__name__}: {text}")
    return found


def settled(qtbot: QtBot, program: Program) -> None:
    def idle() -> bool:
        page = program.window.current
        return not program.runner.busy and page is not None and page.settled

    qtbot.waitUntil(idle, timeout=20_000)
    # What retranslates does so in turns of its own.
    QCoreApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest)
    qtbot.waitUntil(idle, timeout=20_000)


def test_no_page_shows_a_text_past_the_catalogue(
    qtbot: QtBot, program: Program, store: LocalStore
) -> None:
    calls = [builders.put(store, make()) for make in (builders.call, builders.chat)]
    session = store.session(ADMIN)
    data = words(" ".join(strings([session.interactions.get_by_id(call) for call in calls])))
    data |= words(f"{session.settings.name} {session.people.me.display_name} {ADMIN}")
    window = program.window
    window.page("search")
    visits: list[tuple[str, object]] = [
        ("search", Search(parse_line('duration>1m agent:ivanova (from:~7916 OR "кредит")'))),
        ("results", Search()),
        ("results", Search(parse_line('agent:"nobody at all"'))),
        ("review", calls[0]),
        ("review", calls[1]),
        *[(entry.name, None) for entry in PAGES[3:]],
    ]
    found = {}
    for page, argument in visits:
        window.go(page, argument)
        settled(qtbot, program)
        found[page] = unmarked(window, data | words("duration agent ivanova from nobody at all"))
    assert {page: texts for page, texts in found.items() if texts} == {}


def test_the_check_finds_a_text_past_the_catalogue(qtbot: QtBot, program: Program) -> None:
    label = QLabel("Hard-wired", program.window)
    label.show()
    assert unmarked(program.window, words(ADMIN)) >= {"QLabel: Hard-wired"}
