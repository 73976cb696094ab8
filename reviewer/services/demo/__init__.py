"""The demo store: what a new user sees first, made in seconds from material that is shipped."""

from __future__ import annotations
