"""All interactions of a demo, spread over the weeks before its date."""

from __future__ import annotations

from datetime import time, timedelta
from typing import TYPE_CHECKING

from reviewer.models.interaction import Outcome, TransferKind
from reviewer.services.demo import inbound, outbound
from reviewer.services.demo.chats import chat
from reviewer.services.demo.emails import case
from reviewer.services.demo.showcase import showcase
from reviewer.services.demo.world import DAYS, World

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from reviewer.services.demo.cast import Cast
    from reviewer.storage.store import Incoming

KINDS = (
    ("plain whole", 74),
    ("plain raw", 9),
    ("plain hold", 22),
    ("plain gap", 4),
    ("plain pause", 4),
    ("plain channels", 3),
    ("plain none", 3),
    ("plain empty", 2),
    ("plain missing", 2),
    ("plain deleted", 5),
    ("plain expired", 8),
    ("consulted", 8),
    ("transfer attended", 9),
    ("transfer blind", 11),
    ("conference", 4),
    ("self ivr_self", 6),
    ("self ivr_failed", 4),
    ("abandoned", 10),
    ("voicemail", 5),
    ("campaign answered", 13),
    ("campaign no_answer", 6),
    ("campaign busy", 3),
    ("machine", 3),
    ("by_hand", 8),
    ("internal", 6),
    ("hour", 1),
    ("chat", 42),
    ("chat expired", 3),
    ("case", 18),
)
"""What kinds of interactions there are, and how many of each; a case has one or more."""

_OWN_SHARE = 0.74
_WEIGHTS = (1.0, 1.05, 1.0, 1.0, 0.95, 0.42, 0.3)
_HOURS = (
    (8, 2),
    (9, 6),
    (10, 9),
    (11, 10),
    (12, 9),
    (13, 7),
    (14, 8),
    (15, 9),
    (16, 8),
    (17, 7),
    (18, 5),
    (19, 3),
)
_FULL_DAY = 13


def generate(as_of: date, language: str) -> list[Incoming]:
    """Return all interactions of a demo, by start.

    Args:
        as_of: They are of the weeks before this day.
        language: `ru` or `en`: of its centre and of most of its people.

    Raises:
        ResourceMissingError: A file of the demo's material is not there.
    """
    world = World(as_of, language)
    found = showcase(world)
    for day, clock, number, kind in _plan(world):
        own = world.rng.random() < _OWN_SHARE
        cast = world.casts[world.language if own else world.other]
        at = world.at(day, clock, world.jitter())
        found += _make(world, cast, f"{number:03d}", at, kind)
    return sorted(found, key=lambda incoming: incoming.interaction.started_us)


def _plan(world: World) -> list[tuple[int, time, int, str]]:
    """Return day, time, number and kind of what is to be made, in the order of time."""
    rng = world.rng
    kinds = [kind for kind, count in KINDS for _ in range(count)]
    rng.shuffle(kinds)
    days = range(1, DAYS + 1)
    weights = [_WEIGHTS[(world.as_of - timedelta(days=day)).weekday()] for day in days]
    planned = []
    for number, kind in enumerate(kinds):
        if "expired" in kind:
            day = rng.randrange(DAYS - 4, DAYS + 1)
        elif number < _FULL_DAY:
            day = 1
        else:
            day = rng.choices(days, weights)[0]
        hour = rng.choices([h for h, _ in _HOURS], [w for _, w in _HOURS])[0]
        if kind == "hour":
            hour = 15
        elif kind == "case":
            hour = min(hour, 17)
        planned.append((day, time(hour, rng.randrange(60), rng.randrange(60)), number, kind))
    planned.sort(key=lambda plan: (-plan[0], plan[1], plan[2]))
    return planned


_SIMPLE: dict[str, Callable[[World, Cast, str, int], Incoming]] = {
    "consulted": inbound.consulted_only,
    "conference": inbound.conference,
    "abandoned": inbound.abandoned,
    "voicemail": inbound.voicemail,
    "machine": outbound.answering_machine,
    "by_hand": outbound.by_hand,
    "internal": outbound.internal,
    "hour": outbound.hour_long,
}


def _make(world: World, cast: Cast, key: str, at_us: int, kind: str) -> list[Incoming]:
    name, _, how = kind.partition(" ")
    match name:
        case "plain":
            return [inbound.plain(world, cast, key, at_us, how)]
        case "transfer":
            return [inbound.transferred(world, cast, key, at_us, TransferKind(how))]
        case "self":
            return [inbound.self_service(world, cast, key, at_us, how)]
        case "campaign":
            return [outbound.campaign(world, cast, key, at_us, Outcome(how))]
        case "chat":
            text = cast.chats[(world.next(f"chat {cast.language}") + 1) % len(cast.chats)]
            return [chat(world, cast, key, at_us, text, expired=how == "expired")]
        case "case":
            text = cast.cases[(world.next(f"case {cast.language}") + 1) % len(cast.cases)]
            return case(world, cast, key, at_us, text)
    return [_SIMPLE[name](world, cast, key, at_us)]
