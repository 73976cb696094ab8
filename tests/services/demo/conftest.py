from __future__ import annotations

from datetime import date

import pytest

from reviewer.services.demo.generate import generate
from reviewer.services.demo.make import make_demo
from reviewer.storage.local import open_store

AS_OF = date(2026, 3, 2)


@pytest.fixture(scope="session", params=["ru", "en"])
def items(request):
    """All that a demo of one language consists of."""
    return generate(AS_OF, request.param)


@pytest.fixture(scope="session")
def demo_folder(tmp_path_factory):
    """A demo store that nobody writes to."""
    return make_demo(tmp_path_factory.mktemp("demo") / "store", as_of=AS_OF, language="ru")


@pytest.fixture
def demo(demo_folder):
    """That store, open."""
    store = open_store(demo_folder)
    yield store
    store.close()
