"""The demo store: what a new user sees first, made in seconds from material that is shipped."""

from __future__ import annotations

from reviewer.services.demo.make import DEMO_FORMAT, demo_mark, ensure_demo, make_demo
from reviewer.services.demo.quality import DEMO_LOGIN
from reviewer.services.demo.showcase import SHOWCASE_CALL, SHOWCASE_CHAT, SHOWCASE_EMAIL

__all__ = [
    "DEMO_FORMAT",
    "DEMO_LOGIN",
    "SHOWCASE_CALL",
    "SHOWCASE_CHAT",
    "SHOWCASE_EMAIL",
    "demo_mark",
    "ensure_demo",
    "make_demo",
]
