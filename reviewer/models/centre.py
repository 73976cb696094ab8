"""The names that a centre works with: teams, services, dispositions, and how much they are used."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CentreNames:
    """Names that users can be limited to, in their order."""

    teams: tuple[str, ...]
    services: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NameUse:
    """How much one service or disposition is used.

    Attributes:
        name: As it was recorded.
        segments: Parts that have it, of interactions that the user may see.
        users: Logins of those who are limited to it; none for a disposition.
    """

    name: str
    segments: int
    users: tuple[str, ...] = ()
