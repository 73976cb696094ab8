"""Chats of the demo: on the website, by Telegram and by SMS."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from reviewer.models.ids import US_PER_S, WallUs
from reviewer.models.interaction import (
    Channel,
    Direction,
    Interaction,
    Message,
    Note,
    ScenarioStep,
    Segment,
    SegmentKind,
    Source,
    Stretch,
    StretchKind,
    Tombstone,
    TransferKind,
)
from reviewer.models.recording import PartyRole, Recording, RecordingKind, RecordingState
from reviewer.services.demo.calls import RETENTION_AT, transcript_json
from reviewer.services.demo.steps import Steps
from reviewer.services.demo.world import MINUTE_US, opener
from reviewer.storage.store import Incoming

if TYPE_CHECKING:
    from collections.abc import Callable

    from reviewer.models.bytesource import ByteSource
    from reviewer.models.interaction import Agent
    from reviewer.services.demo.cast import Cast, Customer
    from reviewer.services.demo.world import World

_ROLES = {
    "A": PartyRole.AGENT,
    "B": PartyRole.AGENT,
    "C": PartyRole.CUSTOMER,
    "S": PartyRole.SYSTEM,
}


def chat(
    world: World,
    cast: Cast,
    key: str,
    at_us: int,
    text: dict[str, Any],
    *,
    agent: Agent | None = None,
    customer: Customer | None = None,
    exact: bool = False,
    expired: bool = False,
) -> Incoming:
    """Return a chat after one of the texts.

    Args:
        world: The demo.
        cast: People of the chat's language.
        key: Its key.
        at_us: When it began.
        text: Entry of the chats' texts.
        agent: Who answers; None: anybody.
        customer: Who writes; None: somebody new.
        exact: Keep the text's own times instead of varying them.
        expired: Its transcript's retention ended.
    """
    rng = world.rng
    customer = customer or world.customer(cast)
    first, second = _agents(world, cast, text, agent)
    service = cast.services["chat"]
    messages = _messages(world, cast, at_us, text, customer, (first, second), exact=exact)
    ended = messages[-1].at_us + (0 if exact else rng.randrange(5, 90) * US_PER_S)
    segments = _segments(cast, text, at_us, ended, messages, (first, second), service)
    disposition = cast.pick(rng, text["disposition"])
    segments[-1] = replace(segments[-1], disposition=disposition)
    content = [_transcript(messages, f"{key}.json", expired=expired)]
    if not exact:
        content += world.screens.during(first, cast.language, at_us, ended)
    interaction = Interaction(
        giid=world.giid(key),
        channel=Channel.CHAT,
        direction=Direction.INBOUND,
        started_us=WallUs(at_us),
        ended_us=WallUs(ended),
        segments=tuple(segments),
        from_address=customer.address,
        to_address=text["entry"],
        connected_to=first.display_name,
        from_name=customer.name if rng.random() < 0.7 else "",
        **_facts(world, cast, text, customer),
        sentiment=text["mood"] if exact else _mood(messages),
        source=Source("demo", cast.texts["centre"], key),
        recordings=tuple(r for r, _ in content),
        messages=() if expired else tuple(messages),
        steps=_steps(cast, at_us),
        notes=_notes(world, cast, text, ended, first),
        tombstones=(_tombstone(world, cast),) if expired else (),
    )
    return Incoming(interaction, {n: how for n, (_, how) in enumerate(content) if how is not None})


def _agents(
    world: World, cast: Cast, text: dict[str, Any], asked: Agent | None
) -> tuple[Agent, Agent]:
    """Return who answers, and who would take over."""
    pool = cast.team(2)
    chosen = pool[text["agent"]] if "agent" in text else world.rng.choice(pool)
    first = asked or chosen
    return first, next(agent for agent in pool if agent is not first)


def _mood(messages: list[Message]) -> float:
    moods = [m.sentiment for m in messages if m.sentiment is not None]
    return round(sum(moods) / len(moods), 2)


def _facts(world: World, cast: Cast, text: dict[str, Any], customer: Customer) -> dict[str, Any]:
    """Return what does not depend on what was written."""
    rng = world.rng
    return {
        "medium": text["medium"],
        "flagged": text["mood"] < -0.5,
        "scenario": cast.scenario["chat"],
        "account_number": customer.account if rng.random() < 0.5 else "",
        "km_articles": (cast.words["km"][text["km"]],) if "km" in text else (),
        "custom": customer.fields,
        "tags": (rng.choice(cast.words["tags"]),) if rng.random() < 0.2 else (),
    }


def _transcript(
    messages: list[Message], name: str, *, expired: bool
) -> tuple[Recording, Callable[[], ByteSource] | None]:
    gone = RecordingState.EXPIRED if expired else RecordingState.AVAILABLE
    recording = Recording(
        RecordingKind.CHAT_TRANSCRIPT, None, (), "application/json", state=gone, source_name=name
    )
    return recording, None if expired else opener(lambda: transcript_json(messages), name)


def _tombstone(world: World, cast: Cast) -> Tombstone:
    return Tombstone(
        kind=RecordingKind.CHAT_TRANSCRIPT,
        at_us=world.at(1, RETENTION_AT),
        by="",
        reason=cast.words["retention"],
        by_retention=True,
        recordings=1,
    )


def _messages(
    world: World,
    cast: Cast,
    at_us: int,
    text: dict[str, Any],
    customer: Customer,
    agents: tuple[Agent, Agent],
    *,
    exact: bool,
) -> list[Message]:
    rng = world.rng
    fill = {
        "agent": agents[0].first_name,
        "other": agents[1].first_name,
        "name": customer.first_name,
        "number": customer.number,
        "sum": cast.money(590 if exact else rng.randrange(12, 98) * 10),
    }
    authors = {
        "A": agents[0].display_name,
        "B": agents[1].display_name,
        "C": customer.name,
        "S": "",
    }
    at = at_us
    part = 1
    out = []
    for letter, seconds, line in text["lines"]:
        pace = 1.0 if exact else rng.uniform(0.6, 1.5)
        at += round(seconds * pace * 1000) * 1000
        feeling = None
        if letter != "S":
            mood = text["mood"] if letter == "C" else max(0.1, text["mood"])
            feeling = round(max(-1.0, min(1.0, rng.gauss(mood, 0.18))), 2)
        if letter == "B":
            part = 2
        out.append(
            Message(
                at_us=WallUs(at),
                role=_ROLES[letter],
                author=authors[letter],
                text=line.format(**fill),
                segment_number=part,
                sentiment=feeling,
            )
        )
    return out


def _segments(
    cast: Cast,
    text: dict[str, Any],
    at_us: int,
    ended: int,
    messages: list[Message],
    agents: tuple[Agent, Agent],
    service: str,
) -> list[Segment]:
    answered = next(m.at_us for m in messages if m.role is PartyRole.AGENT)
    joined = max(at_us, answered - 10 * US_PER_S)
    moved = next((m.at_us for m in messages if m.segment_number == 2), None)
    moved = None if moved is None else WallUs(moved - 10 * US_PER_S)
    until = WallUs(ended) if moved is None else moved
    queue = Stretch(StretchKind.QUEUE, WallUs(at_us), WallUs(joined), service)
    first = Segment(
        number=1,
        kind=SegmentKind.HANDLING,
        started_us=WallUs(at_us),
        ended_us=until,
        agent=agents[0],
        party=text["entry"],
        service=service,
        disposition="" if moved is None else cast.dispositions["passed"][0],
        connected_to=agents[0].display_name,
        stretches=(queue, Stretch(StretchKind.TALK, WallUs(joined), until)),
        transfer=None if moved is None else TransferKind.BLIND,
        transferred_to=None if moved is None else 2,
    )
    if moved is None:
        return [first]
    second = Segment(
        number=2,
        kind=SegmentKind.HANDLING,
        started_us=moved,
        ended_us=WallUs(ended),
        agent=agents[1],
        party=text["entry"],
        service=service,
        connected_to=agents[1].display_name,
        stretches=(Stretch(StretchKind.TALK, moved, WallUs(ended)),),
    )
    return [first, second]


def _steps(cast: Cast, at_us: int) -> tuple[ScenarioStep, ...]:
    steps = Steps(cast, at_us, "chat")
    steps.add("SetLanguage", "language", 4)
    steps.add("SendMessage", "reply", 120)
    steps.add("FindAgent", "queue", 18_000)
    steps.add("ConnectChat", "connect", 900)
    steps.add("Exit", "finish", 2)
    return steps.made()


def _notes(
    world: World, cast: Cast, text: dict[str, Any], ended: int, agent: Agent
) -> tuple[Note, ...]:
    rng = world.rng
    notes = []
    if text["mood"] < -0.25 or rng.random() < 0.3:
        kind = "notes_complaint" if text["mood"] < -0.25 else "notes_chat"
        notes.append(Note(agent.display_name, WallUs(ended), rng.choice(cast.words[kind]), 1))
    if rng.random() < 0.12:
        later = WallUs(ended + rng.randrange(30, 200) * MINUTE_US)
        author = cast.texts["users"]["evaluator"]
        remark = rng.choice(cast.words["notes_reviewer"])
        notes.append(Note(author, later, remark, 1, by_reviewer=True))
    return tuple(notes)
