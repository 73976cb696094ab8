"""How much of something a test tries: a part of it in each run, all of it in `make long`."""

from __future__ import annotations

from typing import Any

import pytest


def few_or_many(name: str, few: Any, many: Any) -> pytest.MarkDecorator:
    """Try a test with `few`, and in `make long` with `many`; it asks for them by `name`."""
    long = (pytest.mark.long, pytest.mark.timeout(3_600))
    values = [pytest.param(few, id="few"), pytest.param(many, id="many", marks=long)]
    return pytest.mark.parametrize(name, values)
