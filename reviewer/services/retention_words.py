"""Retention rules in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reviewer.messages import ntr, tr, translated
from reviewer.models.erasure import TITLES

if TYPE_CHECKING:
    from reviewer.models.erasure import RetentionRule


def rule_words(rule: RetentionRule) -> str:
    """Return for which service, what content, and how long it is kept."""
    name = rule.service or tr("all other services")
    kept = ntr("{n} day", "{n} days", rule.days) if rule.days else tr("for ever")
    return f"{name}: {translated(TITLES[rule.what])}, {kept}"
