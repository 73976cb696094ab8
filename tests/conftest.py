"""Guards for every test: quiet logs, no leaks, no modal loops, no network, a home of its own."""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import pytest_socket
from hypothesis import HealthCheck, settings

from reviewer.crypto import passwords
from reviewer.crypto.argon2 import SALT_BYTES
from reviewer.crypto.passphrase import Derivation
from reviewer.messages import choose_language
from tests.helpers import guards

if TYPE_CHECKING:
    from collections.abc import Iterator

# Before an application object is made: no window system, a private runtime folder, a fixed
# locale. The machine's zone is far from every centre's, so that local time in the wrong place
# shows.
_RUNTIME = Path(tempfile.mkdtemp(prefix="reviewer-runtime-"))
_RUNTIME.chmod(0o700)
os.environ.update(
    {
        # `make tests` runs those that need a screen on a virtual one, by TESTS_QPA_PLATFORM=xcb.
        "QT_QPA_PLATFORM": os.environ.get("TESTS_QPA_PLATFORM", "offscreen"),
        "QT_SCALE_FACTOR": "1",
        "XDG_RUNTIME_DIR": str(_RUNTIME),
        "LC_ALL": "C.UTF-8",
        "LANG": "C.UTF-8",
        "LANGUAGE": "",
        "TZ": "Pacific/Auckland",
    }
)
time.tzset()
# Where a test may have an application object; everything else must run without.
_QT_FOLDERS = frozenset({"ui", "e2e"})
_TESTS = Path(__file__).parent


# How fast examples are made says how busy the machine is, not whether they are right.
settings.register_profile("ours", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("ours")


def pytest_configure(config: pytest.Config) -> None:
    """Name our own marks."""
    config.addinivalue_line("markers", "logs(pattern): log records of WARNING and above to expect")
    config.addinivalue_line("markers", "threads: threads may outlive the test")


def pytest_unconfigure() -> None:
    """Take the runtime folder away."""
    shutil.rmtree(_RUNTIME, ignore_errors=True)


def _folder_of(item: pytest.Item) -> str:
    path = item.path
    return path.relative_to(_TESTS).parts[0] if path.is_relative_to(_TESTS) else ""


def _may_use_qt(item: pytest.Item) -> bool:
    folder = _folder_of(item)
    return not folder or folder in _QT_FOLDERS or item.path.name.startswith("test_qt_")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Refuse application objects below the window."""
    for item in items:
        names = getattr(item, "fixturenames", ())
        if not _may_use_qt(item) and {"qapp", "qtbot"} & set(names):
            raise pytest.UsageError(f"{item.nodeid}: no QApplication may exist here")


@pytest.fixture(autouse=True)
def _own_home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    home = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("HOME", str(home))
    for name in ("CONFIG", "DATA", "CACHE", "STATE"):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(home / name.lower()))


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    choose_language("en")
    yield
    choose_language("en")


@pytest.fixture(autouse=True)
def _light() -> Iterator[None]:
    yield
    guards.put_theme_back()


@pytest.fixture(autouse=True)
def _loopback_only(socket_enabled: None) -> None:
    pytest_socket.socket_allow_hosts(["127.0.0.1", "::1"], allow_unix_socket=True)


@pytest.fixture(autouse=True)
def _quick_passwords(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
    """Make hashes and locks of the same kind with little memory: hundreds of tests sign in.

    What it costs to guess is the business of `tests/crypto`, where everything is as it comes.
    """
    if _folder_of(request.node) == "crypto":
        return
    monkeypatch.setattr(passwords, "MEMORY_KIB", 256)
    monkeypatch.setattr(passwords, "PASSES", 1)
    monkeypatch.setattr(Derivation, "fresh", _quick_derivation)


def _quick_derivation() -> Derivation:
    return Derivation(os.urandom(SALT_BYTES), memory_kib=256, passes=1)


@pytest.fixture(autouse=True)
def _no_modal_loops(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
    if _may_use_qt(request.node):
        guards.forbid_modal_loops(monkeypatch)


@pytest.fixture(autouse=True)
def _nothing_left(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fail a test that logs unexpectedly or leaves threads, timers or windows behind."""
    node = request.node
    expected = [mark.args[0] for mark in node.iter_markers("logs")]
    may_use_qt = _may_use_qt(node)
    before = guards.Snapshot.take()
    with guards.LogWatch(expected) as watch, guards.only_new_garbage(may_use_qt=may_use_qt):
        yield
        complaints = [] if node.get_closest_marker("threads") else before.left_threads()
        complaints += before.left_in_qt(may_use_qt=may_use_qt)
    complaints += watch.complaints
    if complaints:
        pytest.fail("\n".join(complaints), pytrace=False)
