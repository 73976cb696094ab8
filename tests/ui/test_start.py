"""What is imported until the window is there, and what only then."""

from __future__ import annotations

import json
import subprocess
import sys
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from reviewer.storage.local import Encryption, create
from tests.helpers.stores import ADMIN, SETTINGS, make_store

if TYPE_CHECKING:
    from pathlib import Path

LATER = (
    "numpy", "av", "soundfile", "vlc", "fpdf", "xlsxwriter", "openpyxl", "psycopg", "requests",
    "sqlcipher3", "keyring", "reviewer.media", "reviewer.player", "reviewer.services.importers",
    "reviewer.services.exporters", "reviewer.ui.results", "reviewer.ui.review.page",
    "reviewer.ui.trace", "reviewer.ui.admin", "reviewer.ui.exports", "reviewer.ui.erasing",
    "reviewer.storage.local.erasure", "reviewer.storage.local.intake",
    "reviewer.storage.local.examine", "reviewer.storage.catalogue.migrations.twelfth",
)  # fmt: skip
"""Nothing of these, or in these packages, is needed to show the window."""

WINDOW = """
import json, linecache, sys
from reviewer.ui.starting import quick_imports

with quick_imports():
    from PySide6.QtCore import QEvent, QObject, QTimer
    from PySide6.QtWidgets import QMainWindow
    from reviewer import app

    class Watch(QObject):
        def eventFilter(self, watched, event):
            if event.type() == QEvent.Type.Paint and watched.isWindow() and not told:
                told["modules"] = sorted(sys.modules)
                told["sources"] = sorted(linecache.cache)
                QTimer.singleShot(0, application.quit)
            return False

    told = {}
    application = app.make_application()
    watch = Watch()
    application.installEventFilter(watch)
    code = app.run(sys.argv[1], login=sys.argv[2], scheme="light")
print(json.dumps({**told, "code": code}))
"""

GIVEN_UP = """
import json, sys
from PySide6.QtCore import QEvent, QObject, QTimer
from reviewer import app
from PySide6.QtWidgets import QDialog

class Watch(QObject):
    def eventFilter(self, watched, event):
        if event.type() == QEvent.Type.Show and watched.isWidgetType() and watched.isWindow():
            shown.append(type(watched).__name__)
            if isinstance(watched, QDialog):
                QTimer.singleShot(0, watched.reject)
        return False

shown = []
application = app.make_application()
watch = Watch()
application.installEventFilter(watch)
code = app.run(sys.argv[1], login=sys.argv[2], scheme="light")
print(json.dumps({"code": code, "shown": shown}))
"""


def told_by(code: str, *arguments: str) -> dict[str, object]:
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments], check=True, capture_output=True, text=True
    )
    told: dict[str, object] = json.loads(done.stdout.splitlines()[-1])
    return told


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> dict[str, object]:
    with closing(make_store(tmp_path_factory.mktemp("start"))) as store:
        url = store.url
    return told_by(WINDOW, url, ADMIN)


@pytest.mark.parametrize("name", LATER)
def test_the_window_is_shown_without(told: dict[str, object], name: str) -> None:
    assert "reviewer.ui.search.page" in told["modules"]
    assert [m for m in told["modules"] if m == name or m.startswith(name + ".")] == []


def test_no_module_is_read_a_second_time_for_features_of_pyside(told: dict[str, object]) -> None:
    assert [name for name in told["sources"] if "reviewer" in name and name.endswith(".py")] == []
    assert told["code"] == 0


def test_giving_up_what_asks_for_a_password_ends_the_program_without_an_error(
    tmp_path: Path,
) -> None:
    with closing(make_store(tmp_path)) as store:
        store.session(ADMIN).people.change_password("", "correct horse battery")
        url = store.url
    # The user closed a window, as they might have closed the next: nothing failed.
    assert told_by(GIVEN_UP, url, ADMIN) == {"code": 0, "shown": ["LoginDialog"]}


def test_giving_up_what_asks_for_a_passphrase_ends_the_program_without_an_error(
    tmp_path: Path,
) -> None:
    sealed = Encryption("correct horse battery staple")
    with create(
        tmp_path / "sealed", settings=SETTINGS, admin_login=ADMIN, encryption=sealed
    ) as store:
        url = store.url
    told = told_by(GIVEN_UP, url, ADMIN)
    assert told["code"] == 0
    assert len(told["shown"]) == 1


def test_what_the_first_search_needs_can_be_imported_before_it(tmp_path: Path) -> None:
    code = (
        "import json, sys\n"
        "from reviewer.storage.address import import_rest\n"
        "import_rest()\n"
        "before = set(sys.modules)\n"
        "from reviewer.storage.address import open_address\n"
        "from reviewer.models.search import Search\n"
        "with open_address(sys.argv[1]) as store:\n"
        "    store.session(sys.argv[2]).interactions.search(Search())\n"
        "print(json.dumps(sorted(m for m in set(sys.modules) - before if 'reviewer' in m)))\n"
    )
    with closing(make_store(tmp_path)) as store:
        url = store.url
    assert told_by(code, url, ADMIN) == []
