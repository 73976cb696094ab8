"""A store with three calls."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.helpers.stores import (
    ADMIN,
    make_incoming,
    make_store,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from reviewer.storage.local import LocalStore


@pytest.fixture
def store(tmp_path: Path) -> Iterator[LocalStore]:
    with make_store(tmp_path) as made:
        made.session(ADMIN).intake.put(make_incoming(n) for n in range(1, 4))
        yield made
