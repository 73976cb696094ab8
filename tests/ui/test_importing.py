"""Pages are imported while the window is shown: what has classes of Qt on its thread alone."""

from __future__ import annotations

import json
import subprocess
import sys
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from reviewer.ui.pages import PAGES
from tests.helpers.stores import ADMIN, make_store

if TYPE_CHECKING:
    from pathlib import Path

IN_ORDER = """
import json, sys
from importlib import import_module

import reviewer.app
from reviewer.ui.importing import import_but_qt, of_qt

def there():
    # Packages are found with what they hold, and have no classes.
    return {m for m in sys.modules if of_qt(m) and not hasattr(sys.modules[m], "__path__")}

before = there()
left = import_but_qt(sys.argv[1])
told = {"at once": sorted(there() - before), "along": []}
for name in left:
    before = there() | {name}
    import_module(name)
    told["along"] += sorted(there() - before)
told["left"] = len(left)
told["last"] = left[-1]
print(json.dumps(told))
"""

STARTED = """
import json, sys, threading

def watch(event, arguments):
    if event == "exec" and threading.current_thread() is not threading.main_thread():
        ran.append(str(getattr(arguments[0], "co_filename", "")))

ran = []
sys.addaudithook(watch)
from PySide6.QtCore import QTimer
from reviewer import app
from reviewer.ui.pages import PAGES

def look():
    if all(entry.module in sys.modules for entry in PAGES):
        application.quit()

application = app.make_application()
timer = QTimer()
timer.timeout.connect(look)
timer.start(10)
code = app.run(sys.argv[1], login=sys.argv[2], scheme="light")
print(json.dumps({"code": code, "in threads": sorted(set(ran))}))
"""


def told_by(code: str, *arguments: str) -> dict[str, object]:
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments], check=True, capture_output=True, text=True
    )
    told: dict[str, object] = json.loads(done.stdout.splitlines()[-1])
    return told


@pytest.mark.parametrize("name", ["results", "review"])
def test_what_a_page_needs_is_left_in_an_order_in_which_each_comes_alone(name: str) -> None:
    module = next(entry.module for entry in PAGES if entry.name == name)
    told = told_by(IN_ORDER, module)
    assert told["last"] == module
    assert told["left"] > 20
    assert told["at once"] == told["along"] == []


def test_no_module_of_the_window_is_run_in_another_thread(tmp_path: Path) -> None:
    with closing(make_store(tmp_path)) as store:
        url = store.url
    told = told_by(STARTED, url, ADMIN)
    assert told["code"] == 0
    ran = [path.replace("\\", "/") for path in told["in threads"]]
    # What has no classes of Qt is.
    assert any("/reviewer/storage/" in path for path in ran)
    found = [path for path in ran if "/reviewer/ui/" in path or "/player/qt_" in path]
    assert [path for path in found if not path.endswith("/__init__.py")] == []
