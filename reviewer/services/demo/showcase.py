"""The demo's show pieces: one call, one chat and one email case that a newcomer opens first."""

from __future__ import annotations

from dataclasses import replace
from datetime import time
from typing import TYPE_CHECKING

from reviewer.models.ids import US_PER_S, WallUs
from reviewer.models.interaction import Note, SegmentKind, StretchKind, TransferKind
from reviewer.services.demo.calls import Call
from reviewer.services.demo.cast import Customer
from reviewer.services.demo.chats import chat
from reviewer.services.demo.emails import case
from reviewer.services.demo.inbound import beside, end_steps, names
from reviewer.services.demo.mark import SHOWCASE_CALL, SHOWCASE_CHAT, SHOWCASE_EMAIL
from reviewer.services.demo.voices import FRAME_US, FRAMES_PER_S
from reviewer.services.demo.world import MINUTE_US

if TYPE_CHECKING:
    from reviewer.models.ids import Giid
    from reviewer.services.demo.dialogue import Talk
    from reviewer.services.demo.world import World
    from reviewer.storage.store import Incoming

_CALL_AT = time(13, 50, 39)
_CHAT_AT = time(13, 47, 2)
_CASE_AT = time(16, 5, 8)
_FIRST_S, _HOLD_S, _SECOND_S = 386.0, 95.0, 404.0
"""Length of the first agent's talk, of the hold in it, and of the second agent's talk."""

_MORE = (
    "anonymous",
    "temporary",
    "message_lost",
    "conference_leader",
    "forwarding_busy",
    "message_lost",
    "hold_after",
)
_LENGTHS = {"forwarding": 52, "unreachable": 60, "mailbox": 47, "conference": 47, "password": 40}
_LENGTHS |= {"forwarding_busy": 36, "directory": 36, "anonymous": 20, "conference_leader": 18}
_LENGTHS |= {
    "working": 24,
    "wait": 9,
    "hold_after": 5,
    "greeting": 4,
    "after_transfer": 6,
    "consult": 38,
}
"""About how many seconds an exchange takes at most; what is not named takes 24."""


def showcase(world: World) -> list[Incoming]:
    """Return the show pieces, in the demo's own language, of its last day."""
    case_at = world.at(2, _CASE_AT)
    letters = case(
        world,
        world.cast,
        "showcase",
        case_at,
        world.cast.cases[0],
        number=world.cast.texts["showcase"]["case"],
        customer=_customer(world),
        recorded=True,
    )
    chosen = max(range(len(letters)), key=lambda n: letters[n].interaction.duration_us)
    letters[chosen] = _named(letters[chosen], SHOWCASE_EMAIL)
    return [_named(_call(world), SHOWCASE_CALL), _named(_chat(world), SHOWCASE_CHAT), *letters]


def _named(incoming: Incoming, giid: Giid) -> Incoming:
    return replace(incoming, interaction=replace(incoming.interaction, giid=giid))


def _customer(world: World) -> Customer:
    words = world.cast.texts["showcase"]
    fields = world.cast.words
    return Customer(
        first_name=words["first"],
        last_name=words["last"],
        number=words["number"],
        digits="".join(c for c in words["number"] if c.isdigit())[-10:],
        mail=words["mail"],
        address=words["address"],
        account=words["account"],
        voice=words["voice"],
        fields=(
            (fields["fields"][0], fields["regions"][0]),
            (fields["fields"][1], fields["plans"][0]),
        ),
    )


def _call(world: World) -> Incoming:
    cast = world.cast
    words = cast.texts["showcase"]
    customer = _customer(world)
    agent, second = cast.agents[0], cast.agents[1]
    expert = cast.agents[3]
    call = Call(
        world,
        cast,
        "showcase-call",
        world.at(1, _CALL_AT),
        customer,
        service=cast.services["voice"][0],
    )
    call.mood = -0.32
    call.wait(StretchKind.IVR, 18.4, cast.texts["menu"])
    call.wait(StretchKind.QUEUE, 7.9, call.service)
    call.wait(StretchKind.RINGING, 4.2, agent.extension)
    call.steps.add("SetLanguage", "language", 12)
    call.steps.add("PlayPrompt", "greeting", 2_400)
    call.steps.add("Menu", "menu", 16_000, "1")
    call.steps.add("WebRequest", "lookup", 3_000, "exception")
    call.steps.add("FindAgent", "queue", 4_900)
    call.steps.add("ConnectCall", "connect", 4_200)
    number = call.part(SegmentKind.HANDLING, agent)
    talk = world.talk(cast, customer, agent)
    _until(talk, ("greeting", "identify", "wait", "forwarding", "working"), 155)
    talk.block("hold_before")
    talk.hold(_HOLD_S, music=False)
    talk.block("hold_after")
    _until(talk, ("forwarding_busy", "unreachable", "directory", "working", *_MORE), _FIRST_S - 9)
    talk.block("transfer")
    _pad(talk, _FIRST_S)
    began = call.talk(number, talk)
    call.transcribe(number, talk, began, names(call, agent), words=True)
    call.record(number, talk, began)
    call.record_channels(number, talk, began, "AC")
    call.change(number, disposition=cast.dispositions["passed"][0])
    call.note(words["note_first"], number, agent)
    asked = _consultation(world, call)
    beside(call, number, asked, (agent, expert), began + talk.holds[0][0] * FRAME_US + 2 * US_PER_S)
    call.wait(StretchKind.RINGING, 3.6, second.extension)
    later = call.part(SegmentKind.HANDLING, second, service=cast.services["voice"][2])
    call.hand_on(number, TransferKind.BLIND, later)
    _finish_second(world, call, later)
    call.change(later, disposition=words["disposition"])
    call.note(words["note_last"], later, second)
    reviewer = cast.texts["users"]["evaluator"]
    call.notes.append(
        Note(reviewer, WallUs(call.clock + 95 * MINUTE_US), words["note_reviewer"], number, True)
    )
    end_steps(call, abnormal="TargetDisconnected")
    _screens(call, began)
    made = call.finish(flagged=True, tags=tuple(cast.words["tags"][:2]))
    world.reserve((agent, second, expert), call.started_us, call.clock)
    return made


def _finish_second(world: World, call: Call, number: int) -> None:
    agent = call.cast.agents[1]
    talk = world.talk(call.cast, call.customer, agent)
    _until(talk, ("after_transfer", "password", "mailbox", "working", *_MORE), 142)
    _pad(talk, 142)
    start = talk.at
    _pad(talk, 170)
    cut = (start // 4 * 4, talk.at // 4 * 4)
    _until(talk, ("temporary", "conference", "message_lost", "working", *_MORE), _SECOND_S - 7)
    talk.block("closing")
    _pad(talk, _SECOND_S)
    began = call.talk(number, talk)
    call.transcribe(number, talk, began, names(call, agent), words=True)
    call.record_pieces(number, talk, began, [cut], files=True)
    call.record_channels(number, talk, began, "AC", [cut])


def _consultation(world: World, call: Call) -> Talk:
    cast = call.cast
    voices = {"A": cast.voices[cast.agents[0].login], "C": cast.voices[cast.agents[3].login]}
    talk = world.talk(cast, call.customer, None, **voices)
    _until(talk, ("consult", "consult_more", "anonymous", "forwarding_busy"), _HOLD_S - 7)
    _pad(talk, _HOLD_S - 7)
    return talk


def _screens(call: Call, began: int) -> None:
    """Add both agents' screens: two login sessions, the second with a stretch not recorded."""
    language = call.cast.language
    screens = call.world.screens
    handed = call.segments[0].ended_us
    second = handed + 4 * US_PER_S
    for name, at in (
        (f"{language}-1", handed - 900 * US_PER_S),
        (f"{language}-4", second),
        (f"{language}-3" if language == "ru" else "en-2", second + (128 + 30) * US_PER_S),
    ):
        call.content.append(screens.piece(name, at))


def _chat(world: World) -> Incoming:
    at = world.at(1, _CHAT_AT)
    made = chat(
        world,
        world.cast,
        "showcase-chat",
        at,
        world.cast.chats[0],
        agent=world.cast.team(2)[0],
        customer=_customer(world),
        exact=True,
    )
    pieces = [
        world.screens.piece(f"{world.language}-1", at - 40 * US_PER_S),
        world.screens.piece(
            "ru-2" if world.language == "ru" else "en-2", at + (900 - 40) * US_PER_S
        ),
    ]
    known = made.interaction.recordings
    words = world.cast.texts["showcase"]
    ended = made.interaction.ended_us
    notes = (
        Note(world.cast.team(2)[0].display_name, ended, words["note_chat"], 1),
        Note(
            world.cast.texts["users"]["evaluator"],
            WallUs(ended + 85 * MINUTE_US),
            words["note_chat_reviewer"],
            1,
            by_reviewer=True,
        ),
    )
    return replace(
        made,
        interaction=replace(
            made.interaction, recordings=known + tuple(r for r, _ in pieces), notes=notes
        ),
        content={**made.content, **{len(known) + n: how for n, (_, how) in enumerate(pieces)}},
    )


def _until(talk: Talk, blocks: tuple[str, ...], seconds: float) -> None:
    """Let the exchanges take place, in their order, that end before a moment."""
    for block in blocks:
        if talk.seconds + _LENGTHS.get(block, 24) < seconds:
            talk.block(block)


def _pad(talk: Talk, seconds: float) -> None:
    talk.silence(max(0.0, seconds - talk.seconds))
    talk.at = round(talk.seconds * FRAMES_PER_S)
