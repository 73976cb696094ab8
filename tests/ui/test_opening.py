"""Opening a store of an older format: how far it is, and stopping it."""

from __future__ import annotations

import shutil
import threading
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QApplication

from reviewer.errors import CancelledError, StoreNotFoundError
from reviewer.models.search import Search
from reviewer.storage.address import open_address
from reviewer.storage.catalogue import migrations, schema
from reviewer.ui.opening import OpeningWindow, opened

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sqlalchemy import Connection

    from reviewer.ui.theme.theme import Theme

STORES = Path(__file__).parents[1] / "data" / "stores"


@pytest.fixture
def old(tmp_path: Path) -> Path:
    return Path(shutil.copytree(STORES / "v1", tmp_path / "old"))


class User(QObject):
    """Looks at the window, and does something once."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[tuple[str, tuple[int, int]]] = []
        self.act: Callable[[OpeningWindow], object] | None = None
        self.timer = QTimer(self)
        self.timer.timeout.connect(self._look)
        self.timer.start(20)

    def _look(self) -> None:
        for window in QApplication.topLevelWidgets():
            if isinstance(window, OpeningWindow) and window.isVisible() and window.step[1]:
                if not self.seen or self.seen[-1] != (window.text, window.step):
                    self.seen.append((window.text, window.step))
                if self.act is not None:
                    act, self.act = self.act, None
                    act(window)


@pytest.fixture
def user(theme: Theme) -> Iterator[User]:
    made = User()
    yield made
    made.timer.stop()


class Slowly:
    """A step of the format that waits for its sign, and looks whether it is to stop."""

    def __init__(self) -> None:
        self.go_on = threading.Event()

    def __call__(self, connection: Connection) -> None:
        while not self.go_on.wait(0.01):
            connection.exec_driver_sql(
                "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000) "
                "SELECT count(*) FROM n"
            )
        migrations_of_before[1](connection)


migrations_of_before = dict(migrations.STEPS)


@pytest.fixture
def slowly(monkeypatch: pytest.MonkeyPatch) -> Slowly:
    made = Slowly()
    monkeypatch.setattr(migrations, "STEPS", {**migrations.STEPS, 1: made})
    return made


def test_how_far_it_is_is_shown_and_the_store_is_open_then(
    user: User, old: Path, slowly: Slowly
) -> None:
    user.act = lambda _window: slowly.go_on.set()
    with closing(opened(partial(open_address, str(old)), "old")) as store:
        assert store.session("admin").interactions.ids(Search())
    text, step = user.seen[0]
    assert text.startswith("An older version of Reviewer made it.")
    assert step == (0, schema.VERSION - 1)
    windows = [w for w in QApplication.topLevelWidgets() if isinstance(w, OpeningWindow)]
    assert not [window for window in windows if window.isVisible()]


@pytest.mark.parametrize("how", [OpeningWindow.close, lambda window: window._stop.click()])
def test_stopped_the_store_is_as_it_was_and_opens_another_time(
    user: User, old: Path, slowly: Slowly, how: Callable[[OpeningWindow], object]
) -> None:
    said: list[str] = []

    def stop(window: OpeningWindow) -> None:
        how(window)
        said.append(window.text)
        assert window.isVisible()

    user.act = stop
    with pytest.raises(CancelledError):
        opened(partial(open_address, str(old)), "old")
    assert user.seen
    assert said == ["Stopping …"]
    slowly.go_on.set()
    with closing(open_address(str(old))) as store:
        assert store.session("admin").interactions.ids(Search())


def test_what_is_open_in_a_moment_shows_no_window(user: User, tmp_path: Path) -> None:
    with pytest.raises(StoreNotFoundError):
        opened(partial(open_address, str(tmp_path / "none")), "none")
    assert opened(lambda _progress: 7, "seven") == 7
    assert user.seen == []
