"""Stores to run commands on, made once, and a way to run a command many times on one."""

from __future__ import annotations

import argparse
import io
import json
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from reviewer.cli import search
from reviewer.cli.context import Context, Output
from reviewer.errors import ReviewerError
from reviewer.messages import explain
from reviewer.services.demo import DEMO_LOGIN, make_demo
from reviewer.services.import_recordings import import_recordings
from reviewer.storage.local import open_store
from tests.helpers.stores import ADMIN, make_store

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reviewer.storage.store import Session

PBX = Path(__file__).resolve().parents[3] / "shared" / "realdata" / "2_telephony" / "asterisk_run_A"


@dataclass
class Found:
    """What one run of a command gave."""

    code: int
    out: str
    err: str

    @property
    def giids(self) -> set[str]:
        return {json.loads(line)["giid"] for line in self.out.splitlines()}


class OneSession(Context):
    """The context of commands that all run on one open session: opening takes longer than most."""

    def __init__(self, output: Output, session: Session) -> None:
        super().__init__(output)
        self._session = session

    @contextmanager
    def session(self) -> Iterator[Session]:
        yield self._session


class Searches:
    """Runs `reviewer search` on one open session."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self._parser = argparse.ArgumentParser()
        search.configure(self._parser)

    def run(self, query: str, *options: str, as_json: bool = True) -> Found:
        out, err = io.StringIO(), io.StringIO()
        output = Output(out, err)
        output.as_json = as_json
        arguments = self._parser.parse_args([*options, "--", query])
        try:
            code = search.run(OneSession(output, self.session), arguments)
        except ReviewerError as error:
            output.say(explain(error))
            code = error.exit_code
        return Found(code, out.getvalue(), err.getvalue())


@pytest.fixture(scope="session")
def demo_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A demo store that nobody writes to."""
    folder = tmp_path_factory.mktemp("demo") / "store"
    return make_demo(folder, as_of=date(2026, 3, 2), language="ru")


@pytest.fixture(scope="session")
def imported_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with the calls of a real PBX that nobody writes to."""
    folder = tmp_path_factory.mktemp("imported")
    with make_store(folder) as store:
        import_recordings(store.session(ADMIN), PBX)
    return folder / "store"


@pytest.fixture(scope="module")
def demo_searches(demo_folder: Path) -> Iterator[Searches]:
    """Searches on the demo store."""
    with open_store(demo_folder) as store:
        yield Searches(store.session(DEMO_LOGIN))


STORES = ["demo", "imported"] if PBX.is_dir() else ["demo"]


@pytest.fixture(scope="module", params=STORES)
def searches(request: Any) -> Iterator[Searches]:
    """Searches on the demo store and on one imported from a PBX."""
    folder = request.getfixturevalue(f"{request.param}_folder")
    with open_store(folder) as store:
        yield Searches(store.session(DEMO_LOGIN if request.param == "demo" else ADMIN))
