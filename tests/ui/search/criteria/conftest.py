"""A page of criteria on a store of thirty calls."""

from __future__ import annotations

import pytest

from reviewer.ui.search.page import SearchPage
from tests.helpers.stores import ADMIN, make_store
from tests.ui.search.criteria.steps import facts


@pytest.fixture
def store(tmp_path):
    with make_store(tmp_path) as made:
        made.session(ADMIN).intake.put(facts(number) for number in range(1, 31))
        yield made


@pytest.fixture
def session(store):
    return store.session(ADMIN)


@pytest.fixture
def page(qtbot, shell, session):
    made = SearchPage(shell, session)
    qtbot.addWidget(made)
    qtbot.addWidget(made.toolbar)
    made.resize(1360, 760)
    with qtbot.waitExposed(made):
        made.show()
    made.entered()
    yield made
    made.left()
    made.closing()


@pytest.fixture
def settle(qtbot, shell, page):
    """Wait until what was typed has been counted."""

    def wait():
        qtbot.waitUntil(
            lambda: not page._counter._pause.isActive() and not shell.runner.busy, timeout=20_000
        )

    return wait
