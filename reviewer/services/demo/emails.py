"""Email cases of the demo: letters, answers, letters passed on, all in their threads."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time
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
)
from reviewer.models.recording import PartyRole, Recording, RecordingKind
from reviewer.services.demo.letters import Letter, mime
from reviewer.services.demo.steps import Steps
from reviewer.services.demo.world import MINUTE_US, opener
from reviewer.storage.store import Incoming

if TYPE_CHECKING:
    from collections.abc import Callable

    from reviewer.models.bytesource import ByteSource
    from reviewer.models.interaction import Agent
    from reviewer.services.demo.cast import Cast, Customer
    from reviewer.services.demo.world import World

_MIDNIGHT = time(0, 0)
_ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ"
_RECORDED_WORK = 5
_LATEST_US = 40 * MINUTE_US
"""Nothing of a case reaches nearer to the demo's own midnight."""


@dataclass(frozen=True, slots=True)
class Case:
    """What all contacts of a case share."""

    key: str
    text: dict[str, Any]
    customer: Customer
    agent: Agent
    number: str
    thread: str
    sum: str
    recorded: bool


def case(
    world: World,
    cast: Cast,
    key: str,
    at_us: int,
    text: dict[str, Any],
    *,
    number: str = "",
    customer: Customer | None = None,
    recorded: bool = False,
) -> list[Incoming]:
    """Return the contacts of a case.

    Args:
        world: The demo.
        cast: People of the case's language.
        key: Its key.
        at_us: When the first letter arrived.
        text: Entry of the cases' texts.
        number: The case's; "": any.
        customer: Who wrote; None: somebody new.
        recorded: Have the agent's screen recorded whenever there was some work.
    """
    rng = world.rng
    letters = "".join(rng.choice(_ALPHABET) for _ in range(9))
    pool = cast.team(2)
    shared = Case(
        key=key,
        text=text,
        customer=customer or world.customer(cast),
        agent=pool[text["agent"]] if "agent" in text else rng.choice(pool),
        number=number or f"{cast.texts['case_prefix']}{4418 + 7 * world.next('case')}",
        thread=f"{letters}{rng.randrange(100, 1000)}",
        sum=cast.money(590 if recorded else rng.randrange(12, 98) * 10),
        recorded=recorded,
    )
    found = []
    at = at_us
    for n, contact in enumerate(text["contacts"]):
        at += contact.get("hours", 0) * 60 * MINUTE_US + (n and rng.randrange(3600) * US_PER_S)
        made = _contact(world, cast, shared, n, at, contact)
        if made.interaction.ended_us > world.at(0, _MIDNIGHT) - _LATEST_US:
            break
        found.append(made)
    return found


def _contact(
    world: World, cast: Cast, shared: Case, n: int, at_us: int, contact: dict[str, Any]
) -> Incoming:
    done = at_us + contact["minutes"] * MINUTE_US + world.rng.randrange(60) * US_PER_S
    taken = max(at_us + 30 * US_PER_S, done - contact["work"] * MINUTE_US)
    inbound = "letter" in contact
    if not inbound:
        at_us = taken
    letters = _letters(world, cast, shared, n, (at_us, done), contact)
    content: list[tuple[Recording, Callable[[], ByteSource]]] = [
        _stored(letter, f"{shared.number}-{n + 1}-{m + 1}.eml")
        for m, (_, _, _, letter) in enumerate(letters)
    ]
    if shared.recorded and contact["work"] >= _RECORDED_WORK:
        content.append(world.screens.piece(f"{cast.language}-1", done - 14 * MINUTE_US))
    elif not shared.recorded:
        content += world.screens.during(shared.agent, cast.language, taken, done)
    box, customer = _box(cast), shared.customer
    answered = any(role is PartyRole.AGENT for _, role, _, _ in letters)
    articles = (cast.words["km"][shared.text["km"]],) if "km" in shared.text and answered else ()
    interaction = Interaction(
        giid=world.giid(f"{shared.key}-{n}"),
        channel=Channel.EMAIL,
        direction=Direction.INBOUND if inbound else Direction.OUTBOUND,
        started_us=WallUs(at_us),
        ended_us=WallUs(done),
        segments=(_segment(cast, shared, (at_us, taken, done), contact),),
        from_address=customer.mail if inbound else box,
        from_name=customer.name if inbound else shared.agent.display_name,
        to_address=box if inbound else customer.mail,
        connected_to=box if inbound else customer.mail,
        scenario=cast.scenario["email"] if inbound else "",
        account_number=customer.account,
        case_number=shared.number,
        thread_id=shared.thread,
        subject=letters[0][3].subject,
        km_articles=articles,
        sentiment=shared.text["mood"],
        custom=customer.fields,
        source=Source("demo", cast.texts["centre"], f"{shared.key}-{n}"),
        recordings=tuple(recording for recording, _ in content),
        messages=tuple(
            Message(WallUs(at), role, author, letter.text, segment_number=1)
            for at, role, author, letter in letters
        ),
        steps=_steps(cast, at_us) if inbound else (),
        notes=_notes(contact, shared.agent, done),
    )
    return Incoming(interaction, {m: how for m, (_, how) in enumerate(content)})


def _box(cast: Cast) -> str:
    return f"support@{cast.texts['domain']}"


def _letters(
    world: World,
    cast: Cast,
    shared: Case,
    n: int,
    times: tuple[int, int],
    contact: dict[str, Any],
) -> list[tuple[int, PartyRole, str, Letter]]:
    """Return the customer's letter, if there is one, and the agent's, if there is one."""
    customer, agent, title = shared.customer, shared.agent, shared.text["subject"]
    fill = {
        "name": customer.name,
        "agent": agent.display_name,
        "number": customer.number,
        "sum": shared.sum,
        "centre": cast.texts["centre"],
    }
    found: list[tuple[int, PartyRole, str, Letter]] = []
    inbound_id = ""
    if "letter" in contact:
        inbound_id = f"<{shared.key}.{n}@{customer.mail.partition('@')[2]}>"
        letter = Letter(
            sender=customer.mail,
            sender_name=customer.name,
            to=_box(cast),
            subject=title if n == 0 else f"Re: {title}",
            text=contact["letter"].format(**fill),
            at=world.local(times[0]),
            message_id=inbound_id,
            attachments=tuple(contact.get("attachments", ())),
        )
        found.append((times[0], PartyRole.CUSTOMER, customer.name, letter))
    text = contact.get("answer") or (contact["letter"] if "forward" in contact else "")
    if text:
        old_fashioned = cast.language == "ru" and "image" in contact
        reply = Letter(
            sender=_box(cast),
            sender_name=agent.display_name,
            to=contact.get("forward", customer.mail),
            subject=f"{'Fwd' if 'forward' in contact else 'Re'}: {title}",
            text=text.format(**fill),
            at=world.local(times[1]),
            message_id=f"<{shared.key}.{n}.reply@{cast.texts['domain']}>",
            in_reply_to=inbound_id,
            attachments=tuple(contact.get("attachments_out", contact.get("attachments", ()))),
            html=bool(shared.text.get("html")),
            image_host=f"img.{cast.texts['domain']}" if "image" in contact else "",
            charset="windows-1251" if old_fashioned else "utf-8",
        )
        found.append((times[1], PartyRole.AGENT, agent.display_name, reply))
    return found


def _segment(
    cast: Cast, shared: Case, times: tuple[int, int, int], contact: dict[str, Any]
) -> Segment:
    arrived, taken, done = (WallUs(time_us) for time_us in times)
    service = cast.services["email"]
    stretches = [Stretch(StretchKind.TALK, taken, done)]
    if arrived < taken:
        stretches.insert(0, Stretch(StretchKind.QUEUE, arrived, taken, service))
    return Segment(
        number=1,
        kind=SegmentKind.HANDLING,
        started_us=arrived,
        ended_us=done,
        agent=shared.agent,
        party=shared.customer.mail,
        service=service,
        disposition=cast.dispositions["email"][contact["disposition"]],
        connected_to=_box(cast) if "letter" in contact else shared.customer.mail,
        stretches=tuple(stretches),
    )


def _stored(letter: Letter, name: str) -> tuple[Recording, Callable[[], ByteSource]]:
    recording = Recording(RecordingKind.EMAIL, 1, (), "message/rfc822", source_name=name)
    return recording, opener(lambda: mime(letter), name)


def _steps(cast: Cast, at_us: int) -> tuple[ScenarioStep, ...]:
    steps = Steps(cast, at_us, "email")
    steps.add("SetLanguage", "language", 3)
    steps.add("AutoReply", "reply", 480)
    steps.add("FindAgent", "queue", 30_000)
    steps.add("Exit", "finish", 2)
    return steps.made()


def _notes(contact: dict[str, Any], agent: Agent, at_us: int) -> tuple[Note, ...]:
    if "note" not in contact:
        return ()
    return (Note(agent.display_name, WallUs(at_us), contact["note"], 1),)
