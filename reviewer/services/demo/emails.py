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
        number=number or f"{cast.texts['case_prefix']}{rng.randrange(1000, 10_000)}",
        thread=f"{letters}{rng.randrange(100, 1000)}",
        sum=str(rng.randrange(12, 98) * 10),
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
    rng = world.rng
    done = at_us + contact["minutes"] * MINUTE_US + rng.randrange(60) * US_PER_S
    taken = max(at_us + 30 * US_PER_S, done - contact["work"] * MINUTE_US)
    agent = shared.agent
    fill = {
        "name": shared.customer.name,
        "agent": agent.display_name,
        "number": shared.customer.number,
        "sum": shared.sum,
        "centre": cast.texts["centre"],
    }
    box = f"support@{cast.texts['domain']}"
    subject = shared.text["subject"] if n == 0 else f"Re: {shared.text['subject']}"
    inbound = Letter(
        sender=shared.customer.mail,
        sender_name=shared.customer.name,
        to=box,
        subject=subject,
        text=contact["letter"].format(**fill),
        at=world.local(at_us),
        message_id=f"<{shared.key}.{n}@{shared.customer.mail.partition('@')[2]}>",
        attachments=tuple(contact.get("attachments", ())),
    )
    letters = [(at_us, PartyRole.CUSTOMER, shared.customer.name, inbound)]
    answer = contact.get("answer") or ("" if "forward" not in contact else contact["letter"])
    if answer:
        reply = Letter(
            sender=box,
            sender_name=agent.display_name,
            to=contact.get("forward", shared.customer.mail),
            subject=f"{'Fwd' if 'forward' in contact else 'Re'}: {shared.text['subject']}",
            text=answer.format(**fill),
            at=world.local(done),
            message_id=f"<{shared.key}.{n}.reply@{cast.texts['domain']}>",
            in_reply_to=inbound.message_id,
            attachments=tuple(contact.get("attachments_out", contact.get("attachments", ()))),
            html=bool(shared.text.get("html")),
            image_host=f"img.{cast.texts['domain']}" if contact.get("image") else "",
            charset="windows-1251" if cast.language == "ru" and contact.get("image") else "utf-8",
        )
        letters.append((done, PartyRole.AGENT, agent.display_name, reply))
    content: list[tuple[Recording, Callable[[], ByteSource]]] = [
        _stored(letter, f"{shared.number}-{n + 1}-{m + 1}.eml")
        for m, (_, _, _, letter) in enumerate(letters)
    ]
    if shared.recorded and contact["work"] >= _RECORDED_WORK:
        content.append(world.screens.piece(f"{cast.language}-1", done - 14 * MINUTE_US))
    elif not shared.recorded:
        content += world.screens.during(agent, cast.language, taken, done)
    segment = Segment(
        number=1,
        kind=SegmentKind.HANDLING,
        started_us=WallUs(at_us),
        ended_us=WallUs(done),
        agent=agent,
        party=shared.customer.mail,
        service=cast.services["email"],
        disposition=cast.dispositions["email"][contact["disposition"]],
        connected_to=box,
        stretches=(
            Stretch(StretchKind.QUEUE, WallUs(at_us), WallUs(taken), cast.services["email"]),
            Stretch(StretchKind.TALK, WallUs(taken), WallUs(done)),
        ),
    )
    articles = cast.words["km"]
    interaction = Interaction(
        giid=world.giid(f"{shared.key}-{n}"),
        channel=Channel.EMAIL,
        direction=Direction.INBOUND,
        started_us=WallUs(at_us),
        ended_us=WallUs(done),
        segments=(segment,),
        from_address=shared.customer.mail,
        from_name=shared.customer.name,
        to_address=box,
        connected_to=box,
        scenario=cast.scenario["email"],
        account_number=shared.customer.account,
        case_number=shared.number,
        thread_id=shared.thread,
        subject=subject,
        km_articles=(articles[shared.text["km"]],) if "km" in shared.text and answer else (),
        sentiment=shared.text["mood"],
        custom=shared.customer.fields,
        source=Source("demo", cast.texts["centre"], f"{shared.key}-{n}"),
        recordings=tuple(recording for recording, _ in content),
        messages=tuple(
            Message(WallUs(at), role, author, letter.text, segment_number=1)
            for at, role, author, letter in letters
        ),
        steps=_steps(cast, at_us),
        notes=_notes(contact, agent, done),
    )
    return Incoming(interaction, {m: how for m, (_, how) in enumerate(content)})


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
