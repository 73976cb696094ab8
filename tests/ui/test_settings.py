"""What the window remembers survives; nonsense in the file does not hurt."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from reviewer.paths import settings_folder
from reviewer.ui.settings import WindowSettings

if TYPE_CHECKING:
    from pathlib import Path

    from PySide6.QtWidgets import QApplication
    from pytestqt.qtbot import QtBot


def test_values_survive(qapp: QApplication, tmp_path: Path) -> None:
    first = WindowSettings(tmp_path / "w.ini")
    first.set_page_state("results", {"columns": ["started", "из"], "widths": [168, 164]})
    first.language = "ru"
    first.scheme = "dark"
    first.scale = 1.25
    first.sync()
    again = WindowSettings(tmp_path / "w.ini")
    assert again.page_state("results") == {"columns": ["started", "из"], "widths": [168, 164]}
    assert (again.language, again.scheme, again.scale) == ("ru", "dark", 1.25)


def test_nothing_is_chosen_at_first(qapp: QApplication, tmp_path: Path) -> None:
    fresh = WindowSettings(tmp_path / "w.ini")
    assert (fresh.language, fresh.scheme, fresh.scale) == (None, "system", 1.0)
    assert fresh.page_state("results") == {}


def test_nonsense_is_as_good_as_nothing(qapp: QApplication, tmp_path: Path) -> None:
    file = tmp_path / "w.ini"
    file.write_text(
        '[look]\nlanguage="\\"tlh\\""\nscheme={broken\nscale="\\"big\\""\n[pages]\nresults=[1]\n',
        encoding="utf-8",
    )
    settings = WindowSettings(file)
    assert (settings.language, settings.scheme, settings.scale) == (None, "system", 1.0)
    assert settings.page_state("results") == {}


def test_a_window_is_put_where_it_was(qtbot: QtBot, tmp_path: Path) -> None:
    settings = WindowSettings(tmp_path / "w.ini")
    window, other = QWidget(), QWidget()
    qtbot.addWidget(window)
    qtbot.addWidget(other)
    assert not settings.restore_geometry("main", other)
    window.resize(640, 480)
    settings.save_geometry("main", window)
    assert settings.restore_geometry("main", other)
    assert (other.width(), other.height()) == (640, 480)


def test_the_file_is_in_the_users_folder(qapp: QApplication) -> None:
    settings = WindowSettings()
    settings.scheme = "light"
    settings.sync()
    assert (settings_folder() / "window.ini").is_file()
