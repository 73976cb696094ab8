"""Calls of customers to the centre, of every kind that there is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from reviewer.models.ids import US_PER_S
from reviewer.models.interaction import Outcome, SegmentKind, StretchKind, TransferKind
from reviewer.models.recording import RecordingKind, RecordingState
from reviewer.services.demo.calls import Call
from reviewer.services.demo.voices import FRAME_US, FRAMES_PER_S

if TYPE_CHECKING:
    from random import Random

    from reviewer.models.interaction import Agent
    from reviewer.services.demo.cast import Cast
    from reviewer.services.demo.dialogue import Talk
    from reviewer.services.demo.world import World
    from reviewer.storage.store import Incoming

TOPICS = (
    "forwarding",
    "forwarding_busy",
    "password",
    "password_mismatch",
    "mailbox",
    "message_lost",
    "temporary",
    "conference",
    "conference_leader",
    "unreachable",
    "anonymous",
    "directory",
)
_SHOWN_WORDS = 0.5
LONGEST_S = 1150


def length(rng: Random) -> float:
    """Return seconds of talk as they are in such centres: most 1 to 5 minutes."""
    return min(LONGEST_S, max(20.0, rng.lognormvariate(4.95, 0.72)))


def converse(world: World, talk: Talk, seconds: float, *, opening: bool = True) -> None:
    """Let customer and agent speak for about so long, with greeting and goodbye."""
    rng = world.rng
    if opening:
        talk.block("greeting")
        if seconds < 35:
            talk.block("anonymous")
        else:
            if rng.random() < 0.12:
                talk.block("wait")
            talk.block("identify_twice" if rng.random() < 0.15 else "identify")
    last = ""
    while talk.seconds < seconds - 20:
        topic = rng.choice([t for t in TOPICS if t != last])
        talk.block(topic)
        last = topic
        if rng.random() < 0.3:
            talk.block("working")
        if seconds > 400 and rng.random() < 0.25:
            put_on_hold(world, talk, rng.uniform(25, 100), music=True)
    talk.block("closing" if seconds > 35 else "closing_short")


def put_on_hold(world: World, talk: Talk, seconds: float, *, music: bool) -> None:
    """Let the agent put the customer on hold and come back."""
    talk.block("hold_before")
    talk.hold(round(seconds * world.rng.uniform(0.95, 1.05), 2), music=music)
    talk.block("hold_after")


def begin(world: World, cast: Cast, key: str, at_us: int, *, queue_s: float | None = None) -> Call:
    """Return a call that has gone through menu and queue and begins to ring."""
    rng = world.rng
    customer = world.customer(cast)
    service = rng.choices(cast.services["voice"], (6, 3, 1))[0]
    call = Call(world, cast, key, at_us, customer, service=service)
    menu_s = round(rng.uniform(6, 24), 3)
    call.wait(StretchKind.IVR, menu_s, cast.texts["menu"])
    call.steps.add("SetLanguage", "language", 12)
    call.steps.add("PlayPrompt", "greeting", 2_400)
    call.steps.add("Menu", "menu", round(menu_s * 1000) - 2_700, "1")
    failed = rng.random() < 0.08
    call.steps.add(
        "WebRequest", "lookup", 3_000 if failed else 288, "exception" if failed else "normal exit"
    )
    waited = queue_s if queue_s is not None else min(600.0, rng.expovariate(1 / 28))
    call.wait(StretchKind.QUEUE, round(waited, 3), service)
    return call


def ring(call: Call, pool: tuple[Agent, ...], avoid: tuple[Agent | None, ...] = ()) -> Agent:
    """Let the call wait for somebody and ring; return who answers."""
    agent = call.world.free(pool, call.clock, avoid)
    late = call.world.free_from(agent) - call.clock
    if late > 0:
        call.wait(StretchKind.QUEUE, late / US_PER_S, call.service)
    rang = call.world.rng.uniform(1.5, 9)
    call.steps.add("FindAgent", "queue", (call.clock - call.started_us) // 1000 % 60_000)
    call.wait(StretchKind.RINGING, rang, agent.extension)
    call.steps.add("ConnectCall", "connect", round(rang * 1000))
    return agent


def end_steps(call: Call, *, abnormal: str = "") -> None:
    """Add the last blocks of the scenario."""
    if abnormal:
        call.steps.add("ConnectCall", "survey", 40, abnormal)
    call.steps.add("Exit", "finish", 3)


def outcome_words(call: Call, number: int, agent: Agent) -> None:
    """Give a handled part its disposition and the agent's notes, by the customer's mood."""
    rng = call.world.rng
    words = call.cast.words
    if call.mood < -0.25:
        kind = rng.choice(("complaint", "refused", "refused", "pending"))
        if rng.random() < 0.7:
            call.note(rng.choice(words["notes_complaint"]), number, agent)
    else:
        kind = rng.choices(("solved", "pending", "refused"), (8, 1.5, 0.8))[0]
        if rng.random() < 0.3:
            call.note(rng.choice(words["notes_solved"]), number, agent)
    call.change(number, disposition=call.cast.pick(rng, kind))


def names(call: Call, agent: Agent, other: Agent | None = None) -> dict[str, str]:
    """Return the authors of a transcript."""
    found = {"A": agent.display_name, "C": call.customer.name, "S": call.cast.texts["menu"]}
    if other is not None:
        found["B"] = other.display_name
    return found


def extras(call: Call) -> dict[str, Any]:
    """Return facts that some calls have: flag, problem, tags, voice signature."""
    rng = call.world.rng
    words = call.cast.words
    more: dict[str, Any] = {}
    if call.mood < -0.35 and rng.random() < 0.6:
        more["flagged"] = True
    if rng.random() < 0.07:
        more["call_problem"] = rng.choice(words["problems"])
    if rng.random() < 0.18:
        count = 2 if rng.random() < 0.25 else 1
        more["tags"] = tuple(rng.sample(words["tags"], count))
    if rng.random() < 0.05:
        more["voice_signature"] = True
    return more


def plain(world: World, cast: Cast, key: str, at_us: int, how: str = "whole") -> Incoming:
    """Return a call that one agent answered; `how` says what became of its recording."""
    rng = world.rng
    call = begin(world, cast, key, at_us)
    agent = ring(call, cast.team(0, 1))
    number = call.part(SegmentKind.HANDLING, agent)
    talk = world.talk(cast, call.customer, agent)
    seconds = length(rng)
    if how in ("gap", "pause", "channels", "hold"):
        seconds = max(80.0, min(seconds, 200.0))
    converse(world, talk, seconds / 2 if how == "hold" else seconds)
    if how == "hold":
        put_on_hold(world, talk, rng.uniform(20, 140), music=rng.random() < 0.7)
        converse(world, talk, talk.seconds + seconds / 2, opening=False)
    began = call.talk(number, talk)
    if rng.random() < 0.12 and talk.seconds > 60:
        at = began + int(talk.seconds * rng.uniform(0.3, 0.6)) * US_PER_S
        call.add_stretch(number, StretchKind.MUTE, at, at + rng.randrange(4, 12) * US_PER_S)
    transcript = rng.random() < 0.8 and how not in ("empty", "missing", "none")
    if transcript:
        call.transcribe(number, talk, began, names(call, agent), words=rng.random() < _SHOWN_WORDS)
    keep(call, number, talk, began, how)
    outcome_words(call, number, agent)
    end_steps(call, abnormal="TargetDisconnected" if rng.random() < 0.1 else "")
    call.content += world.screens.during(agent, cast.language, began, call.clock)
    return call.finish(transcript=transcript, **extras(call))


def keep(call: Call, number: int, talk: Talk, began: int, how: str) -> None:
    """Record a talk in one of the ways in which recordings come to be, or come to nothing."""
    cast = call.cast
    if how == "none":
        return
    if how == "empty":
        call.record_nothing(number)
        return
    if how in ("gap", "pause"):
        third = talk.at // 12 * 4
        cut = (third, third + call.world.rng.randrange(12, 40) * FRAMES_PER_S // 4 * 4)
        call.record_pieces(number, talk, began, [cut], files=how == "gap")
        return
    call.record(number, talk, began, raw=how == "raw")
    if how == "channels":
        call.record_channels(number, talk, began, "AC")
    elif how == "missing":
        call.lose(RecordingState.MISSING, "", "", RecordingKind.VOICE)
        call.tombstones.clear()
    elif how == "deleted":
        reasons = cast.words["delete_reasons"]
        by = call.world.cast.texts["users"]["supervisor"]
        call.lose(RecordingState.DELETED, by, call.world.rng.choice(reasons), RecordingKind.VOICE)
    elif how == "expired":
        call.lose(RecordingState.EXPIRED, "", cast.words["retention"], RecordingKind.VOICE)


def abandoned(world: World, cast: Cast, key: str, at_us: int) -> Incoming:
    """Return a call whose customer gave up in the queue."""
    rng = world.rng
    call = begin(world, cast, key, at_us, queue_s=rng.uniform(25, 320))
    number = call.part(SegmentKind.IVR, None)
    queued = call.segments[number - 1].stretches[-1]
    heard = world.talk(cast, call.customer)
    heard.block("ivr_queue")
    left = queued.duration_us // FRAME_US // 4 * 4 - heard.at
    if left > 0:
        # What the customer heard while waiting was recorded too.
        heard.tone("music", left / FRAMES_PER_S)
        call.record(number, heard, queued.started_us)
    call.steps.add("FindAgent", "queue", 60_000, "CallerDisconnected")
    end_steps(call)
    return call.finish(Outcome.ABANDONED)


def self_service(world: World, cast: Cast, key: str, at_us: int, block: str) -> Incoming:
    """Return a call that only the menu answered, recorded with what was heard."""
    customer = world.customer(cast)
    call = Call(world, cast, key, at_us, customer)
    number = call.part(SegmentKind.IVR, None, connected_to=cast.texts["menu"])
    talk = world.talk(cast, customer)
    talk.block(block)
    talk.silence(1)
    began = call.talk(number, talk, kind=StretchKind.IVR)
    call.record(number, talk, began)
    call.transcribe(number, talk, began, {"S": cast.texts["menu"]}, words=True)
    call.steps.add("SetLanguage", "language", 9)
    call.steps.add(
        "Menu", "menu", round(talk.seconds * 1000), "2" if block == "ivr_self" else "Timeout"
    )
    end_steps(call)
    return call.finish()


def voicemail(world: World, cast: Cast, key: str, at_us: int) -> Incoming:
    """Return a call that nobody took; the customer left a message."""
    call = begin(world, cast, key, at_us, queue_s=45)
    number = call.part(SegmentKind.IVR, None)
    talk = world.talk(cast, call.customer)
    talk.block("voicemail")
    talk.tone("busy", 1.44)
    began = call.talk(number, talk, kind=StretchKind.VOICEMAIL)
    call.record(number, talk, began, kind=RecordingKind.VOICEMAIL)
    call.transcribe(
        number, talk, began, {"C": call.customer.name, "S": cast.texts["menu"]}, words=False
    )
    call.steps.add("FindAgent", "queue", 45_000, "Timeout")
    call.steps.add("Voicemail", "finish", round(talk.seconds * 1000))
    end_steps(call)
    return call.finish(Outcome.NO_ANSWER)


def transferred(world: World, cast: Cast, key: str, at_us: int, kind: TransferKind) -> Incoming:
    """Return a call that one agent handed on to another, with or without asking first."""
    rng = world.rng
    call = begin(world, cast, key, at_us)
    agent = ring(call, cast.team(0))
    number = call.part(SegmentKind.HANDLING, agent)
    talk = world.talk(cast, call.customer, agent)
    converse_open(world, talk, rng.uniform(40, 130))
    target = world.free(cast.team(1), call.clock, (agent,))
    talk.block("transfer")
    consulted = None
    if kind is TransferKind.ATTENDED:
        consulted = consultation(world, call, agent, target)
        talk.hold(consulted.seconds + rng.uniform(2, 5), music=False)
    else:
        talk.silence(rng.uniform(0.4, 1.2))
    began = call.talk(number, talk)
    call.record(number, talk, began)
    call.transcribe(number, talk, began, names(call, agent), words=True)
    call.change(number, disposition=call.cast.pick(rng, "passed"))
    if consulted is not None:
        held = began + talk.holds[-1][0] * FRAME_US
        beside(call, number, consulted, (agent, target), held + US_PER_S)
    call.wait(StretchKind.RINGING, 0 if consulted else rng.uniform(2, 12), target.extension)
    later = call.part(SegmentKind.HANDLING, target, service=rng.choice(cast.services["voice"]))
    call.hand_on(number, kind, later)
    second = world.talk(cast, call.customer, target)
    second.block("after_transfer")
    converse(world, second, second.seconds + rng.uniform(40, 190), opening=False)
    again = call.talk(later, second)
    call.record(later, second, again)
    call.transcribe(later, second, again, names(call, target), words=True)
    outcome_words(call, later, target)
    end_steps(call)
    call.content += world.screens.during(target, cast.language, again, call.clock)
    return call.finish(**extras(call))


def converse_open(world: World, talk: Talk, seconds: float) -> None:
    """Let the first agent greet, ask for the number and begin on the matter."""
    talk.block("greeting")
    talk.block("identify")
    while talk.seconds < seconds:
        talk.block(world.rng.choice(TOPICS))


def consultation(world: World, call: Call, agent: Agent, expert: Agent) -> Talk:
    """Return the talk of an agent with an expert, whose voice is `B`."""
    voices = {"A": call.cast.voices[agent.login], "C": call.cast.voices[expert.login]}
    talk = world.talk(call.cast, call.customer, None, **voices)
    talk.block("consult")
    if world.rng.random() < 0.5:
        talk.block("consult_more")
    talk.round_up()
    return talk


def beside(call: Call, number: int, talk: Talk, pair: tuple[Agent, Agent], began_us: int) -> int:
    """Add a consultation as a part beside part `number`; return its number."""
    agent, expert = pair
    found = call.part(
        SegmentKind.CONSULTATION,
        agent,
        party=expert.extension,
        service=call.cast.services["expert"],
        connected_to=expert.display_name,
        consultation_of=number,
    )
    call.beside(found, talk, began_us)
    call.record(found, talk, began_us)
    authors = {"A": agent.display_name, "C": expert.display_name}
    call.transcribe(found, talk, began_us, authors, words=False, consulted=True)
    return found


def consulted_only(world: World, cast: Cast, key: str, at_us: int) -> Incoming:
    """Return a call during which the agent asked an expert and went on."""
    rng = world.rng
    call = begin(world, cast, key, at_us)
    agent = ring(call, cast.team(0, 1))
    expert = world.free(cast.team(1), call.clock, (agent,))
    number = call.part(SegmentKind.HANDLING, agent)
    talk = world.talk(cast, call.customer, agent)
    converse_open(world, talk, rng.uniform(45, 110))
    asked = consultation(world, call, agent, expert)
    put_on_hold_for(talk, asked.seconds + rng.uniform(2, 6))
    converse(world, talk, talk.seconds + rng.uniform(30, 120), opening=False)
    began = call.talk(number, talk)
    call.record(number, talk, began)
    call.transcribe(number, talk, began, names(call, agent), words=True)
    outcome_words(call, number, agent)
    held = began + talk.holds[0][0] * FRAME_US
    found = beside(call, number, asked, (agent, expert), held + US_PER_S)
    # The last part is what a row of results shows, so it says how the call ended.
    ended = call.segments[number - 1]
    call.change(found, service=ended.service, disposition=ended.disposition)
    end_steps(call)
    call.content += world.screens.during(agent, cast.language, began, call.clock)
    return call.finish(**extras(call))


def put_on_hold_for(talk: Talk, seconds: float) -> None:
    """Put the customer on hold in silence, for exactly so long."""
    talk.block("hold_before")
    talk.hold(seconds, music=False)
    talk.block("hold_after")


def conference(world: World, cast: Cast, key: str, at_us: int) -> Incoming:
    """Return a call that the agent widened to a conference with a colleague."""
    rng = world.rng
    call = begin(world, cast, key, at_us)
    agent = ring(call, cast.team(0, 1))
    other = world.free(cast.team(1), call.clock, (agent,))
    number = call.part(SegmentKind.HANDLING, agent)
    talk = world.talk(cast, call.customer, agent)
    converse_open(world, talk, rng.uniform(40, 80))
    talk.block("transfer")
    began = call.talk(number, talk)
    call.record(number, talk, began)
    call.transcribe(number, talk, began, names(call, agent), words=True)
    call.wait(StretchKind.RINGING, rng.uniform(2, 7), other.extension)
    joint = call.part(SegmentKind.CONFERENCE, agent, party=other.extension)
    call.hand_on(number, TransferKind.ATTENDED, joint)
    together = world.talk(cast, call.customer, agent, B=cast.voices[other.login])
    together.block("conference_call")
    if rng.random() < 0.6:
        together.block("conference")
    together.block("closing")
    joined = call.talk(joint, together)
    call.record(joint, together, joined)
    call.transcribe(joint, together, joined, names(call, agent, other), words=True)
    outcome_words(call, joint, agent)
    world.occupy(other, call.clock)
    end_steps(call)
    return call.finish(**extras(call))
