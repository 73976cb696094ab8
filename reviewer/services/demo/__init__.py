"""The demo store: what a new user sees first, made in seconds from material that is shipped."""

from __future__ import annotations

from reviewer.services.demo.make import ensure_demo, make_demo, passing_demo
from reviewer.services.demo.mark import (
    DEMO_FORMAT,
    DEMO_LOGIN,
    SHOWCASE_CALL,
    SHOWCASE_CHAT,
    SHOWCASE_EMAIL,
    demo_mark,
)

__all__ = [
    "DEMO_FORMAT",
    "DEMO_LOGIN",
    "SHOWCASE_CALL",
    "SHOWCASE_CHAT",
    "SHOWCASE_EMAIL",
    "demo_mark",
    "ensure_demo",
    "make_demo",
    "passing_demo",
]
