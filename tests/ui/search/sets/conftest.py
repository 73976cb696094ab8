"""A page of criteria on a store whose interactions came in three days ago."""

from __future__ import annotations

import pytest

from reviewer.storage.local.clock import now_us
from reviewer.ui.search.page import SearchPage
from tests.helpers.stores import ADMIN, make_store
from tests.ui.search.sets.steps import facts


@pytest.fixture
def store(tmp_path, monkeypatch):
    """A store whose interactions came in three days ago."""
    with make_store(tmp_path) as made:
        with monkeypatch.context() as then:
            then.setattr(made._core, "clock", lambda: now_us() - 72 * 3_600_000_000)
            made.session(ADMIN).intake.put(facts(number) for number in range(1, 13))
        yield made


@pytest.fixture
def session(store):
    return store.session(ADMIN)


@pytest.fixture
def boss(session, store):
    session.people.add_user("boss", "Марина Светлова", ["qm_manager"])
    return store.session("boss")


@pytest.fixture
def show(qtbot, shell):
    def made(session, width=1360):
        page = SearchPage(shell, session)
        qtbot.addWidget(page)
        qtbot.addWidget(page.toolbar)
        page.resize(width, 760)
        with qtbot.waitExposed(page):
            page.show()
        page.entered()
        qtbot.waitUntil(lambda: not shell.runner.tasks, timeout=20_000)
        shown.append(page)
        return page

    shown = []
    yield made
    for page in shown:
        page.left()
        page.closing()


@pytest.fixture
def settle(qtbot, shell):
    def wait():
        qtbot.waitUntil(lambda: not shell.runner.tasks, timeout=20_000)

    return wait
