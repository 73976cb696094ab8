"""A store with a few calls, and pages of administration over it; modules may have their own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.helpers.stores import ADMIN, make_incoming, make_store
from tests.ui.admin.steps import COUNT, idle

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from reviewer.storage.local import LocalStore
    from reviewer.storage.store import Session


@pytest.fixture
def store(tmp_path: Path) -> Iterator[LocalStore]:
    made = make_store(tmp_path)
    made.session(ADMIN).intake.put(make_incoming(n) for n in range(1, COUNT + 1))
    yield made
    made.close()


@pytest.fixture
def session(store: LocalStore) -> Session:
    return store.session(ADMIN)


@pytest.fixture
def entered(qtbot, shell, session):
    """Return what makes a page, shows it and waits until it is filled."""

    def make(kind):
        page = kind(shell, session)
        qtbot.addWidget(page)
        page.resize(1200, 850)
        page.show()
        page.entered()
        idle(qtbot, shell)
        return page

    return make
