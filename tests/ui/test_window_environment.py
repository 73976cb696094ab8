"""What the window leaves in its environment for programs that it starts, such as viewers."""

from __future__ import annotations

import argparse
import io
import os
from typing import TYPE_CHECKING

from reviewer import app
from reviewer.cli import open as opening
from reviewer.cli.context import Context, Output
from tests.helpers.stores import make_store

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def test_what_opens_the_store_is_in_the_environment_of_nothing_that_the_window_starts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with make_store(tmp_path) as store:
        folder = store.url
    monkeypatch.setenv("REVIEWER_PASSPHRASE", "a passphrase of some length")
    monkeypatch.setenv("REVIEWER_PASSWORD", "a password of some length")
    seen: list[object] = []

    def run(address: str, **given: object) -> int:
        seen.extend([address, given["opener"], dict(os.environ)])
        return 0

    monkeypatch.setattr(app, "run", run)
    context = Context(Output(io.StringIO(), io.StringIO()), store_url=folder)
    assert opening.run(context, argparse.Namespace()) == 0
    address, opener, left = seen
    assert (address, opener) == (folder, "a passphrase of some length")
    assert isinstance(left, dict)
    assert not [name for name, value in left.items() if "of some length" in value]
    with make_store(tmp_path / "other") as store:
        assert context.given_password(store) == "a password of some length"
