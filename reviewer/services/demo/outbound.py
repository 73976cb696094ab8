"""Calls that the centre makes: the campaign, calls by hand, calls inside the house."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reviewer.models.interaction import Direction, Outcome, SegmentKind, StretchKind
from reviewer.models.recording import RecordingKind
from reviewer.services.demo.calls import Call
from reviewer.services.demo.inbound import converse, end_steps, extras, names, outcome_words

if TYPE_CHECKING:
    from reviewer.services.demo.cast import Cast
    from reviewer.services.demo.dialogue import Talk
    from reviewer.services.demo.world import World
    from reviewer.storage.store import Incoming

_RING_S = {"ru": 5.0, "en": 3.0}


def campaign(world: World, cast: Cast, key: str, at_us: int, outcome: Outcome) -> Incoming:
    """Return a call of the campaign's dialler, with what was heard before the answer."""
    rng = world.rng
    call = _dialled(world, cast, key, at_us)
    rings = rng.randrange(6, 10) if outcome is Outcome.NO_ANSWER else rng.randrange(1, 5)
    heard = _ringing(world, call, 0 if outcome is Outcome.BUSY else rings)
    if outcome is Outcome.BUSY:
        heard.tone("busy", 3.6)
    heard.round_up()
    began = call.clock
    call.wait(StretchKind.CPA, heard.seconds)
    call.steps.add("Dial", "dial", round(heard.seconds * 1000), _exit(outcome))
    if outcome is not Outcome.ANSWERED:
        number = call.part(SegmentKind.HANDLING, None)
        call.record(number, heard, began, kind=RecordingKind.CPA)
        words = cast.dispositions["campaign"]
        call.change(number, disposition=words[4] if outcome is Outcome.NO_ANSWER else "")
        end_steps(call)
        return call.finish(outcome, scenario=cast.scenario["campaign"])
    agent = world.free(cast.team(3), call.clock)
    number = call.part(SegmentKind.HANDLING, agent, connected_to=call.customer.number)
    call.record(number, heard, began, kind=RecordingKind.CPA)
    talk = world.talk(cast, call.customer, agent)
    agreed = rng.random() < 0.45
    talk.block("outbound_yes" if agreed else "outbound")
    if agreed:
        converse(world, talk, talk.seconds + rng.uniform(10, 120), opening=False)
    else:
        talk.block("closing_short")
    answered = call.talk(number, talk)
    call.record(number, talk, answered)
    call.transcribe(number, talk, answered, names(call, agent), words=rng.random() < 0.5)
    call.wrap_up(number, rng.uniform(5, 40))
    words = cast.dispositions["campaign"]
    call.change(number, disposition=words[0] if agreed else rng.choice(words[1:3]))
    end_steps(call)
    call.content += world.screens.during(agent, cast.language, answered, call.clock)
    more = extras(call)
    more["voice_signature"] = agreed and rng.random() < 0.5
    return call.finish(scenario=cast.scenario["campaign"], **more)


def answering_machine(world: World, cast: Cast, key: str, at_us: int) -> Incoming:
    """Return a call of the campaign that reached an answering machine."""
    call = _dialled(world, cast, key, at_us)
    heard = _ringing(world, call, 3)
    heard.block("ivr_next")
    heard.tone("beep", 0.3)
    heard.round_up()
    began = call.clock
    call.wait(StretchKind.CPA, heard.seconds)
    number = call.part(SegmentKind.HANDLING, None, disposition=cast.dispositions["campaign"][3])
    call.record(number, heard, began, kind=RecordingKind.CPA)
    call.steps.add("Dial", "dial", round(heard.seconds * 1000), "AnsweringMachine")
    end_steps(call)
    return call.finish(scenario=cast.scenario["campaign"], connected_to=call.customer.number)


def by_hand(world: World, cast: Cast, key: str, at_us: int) -> Incoming:
    """Return a call that an agent made to a customer."""
    rng = world.rng
    customer = world.customer(cast)
    call = Call(
        world,
        cast,
        key,
        at_us,
        customer,
        direction=Direction.OUTBOUND,
        service=cast.services["voice"][0],
    )
    agent = world.free(cast.team(0, 1), at_us)
    call.wait(StretchKind.RINGING, rng.uniform(4, 16), customer.number)
    number = call.part(SegmentKind.HANDLING, agent, connected_to=customer.number)
    talk = world.talk(cast, customer, agent)
    talk.block("outbound_yes")
    converse(world, talk, talk.seconds + rng.uniform(20, 150), opening=False)
    began = call.talk(number, talk)
    call.record(number, talk, began, raw=rng.random() < 0.5)
    call.transcribe(number, talk, began, names(call, agent), words=False)
    outcome_words(call, number, agent)
    call.content += world.screens.during(agent, cast.language, began, call.clock)
    return call.finish(scenario="", **extras(call))


def internal(world: World, cast: Cast, key: str, at_us: int) -> Incoming:
    """Return a call between two extensions."""
    rng = world.rng
    agent = world.free(cast.team(0), at_us)
    other = world.free(cast.team(1), at_us, (agent,))
    customer = world.customer(cast)
    call = Call(world, cast, key, at_us, customer, direction=Direction.INTERNAL)
    call.wait(StretchKind.RINGING, rng.uniform(2, 9), other.extension)
    number = call.part(
        SegmentKind.HANDLING, agent, party=other.extension, connected_to=other.extension
    )
    talk = world.talk(cast, customer, agent, C=cast.voices[other.login])
    talk.block("internal")
    if rng.random() < 0.5:
        talk.block("forwarding_busy")
    began = call.talk(number, talk)
    call.record(number, talk, began)
    authors = {"A": agent.display_name, "C": other.display_name}
    call.transcribe(number, talk, began, authors, words=False, consulted=True)
    world.occupy(other, call.clock)
    return call.finish(
        from_address=agent.extension,
        from_name=agent.display_name,
        to_address=other.extension,
        scenario="",
        account_number="",
        custom=(),
    )


def hour_long(world: World, cast: Cast, key: str, at_us: int) -> Incoming:
    """Return one call of more than an hour, most of which is hold."""
    customer = world.customer(cast)
    call = Call(world, cast, key, at_us, customer, service=cast.services["voice"][2])
    call.wait(StretchKind.IVR, 11, cast.texts["menu"])
    agent = world.free(cast.team(1), call.clock)
    call.wait(StretchKind.RINGING, 4, agent.extension)
    number = call.part(SegmentKind.HANDLING, agent)
    talk = world.talk(cast, customer, agent)
    converse(world, talk, 700)
    for minutes in (9, 14, 8):
        talk.block("hold_before")
        talk.hold(minutes * 60, music=minutes != 14)
        talk.block("hold_after")
        converse(world, talk, talk.seconds + 260, opening=False)
    talk.silence(max(0.0, 3_620 - talk.seconds))
    call.mood = -0.55
    began = call.talk(number, talk)
    call.record(number, talk, began)
    call.transcribe(number, talk, began, names(call, agent), words=False)
    call.change(number, disposition=cast.dispositions["refused"][0])
    call.note(cast.words["notes_complaint"][1], number, agent)
    call.content += world.screens.during(agent, cast.language, began, call.clock)
    return call.finish(flagged=True, call_problem=cast.words["problems"][2])


def _dialled(world: World, cast: Cast, key: str, at_us: int) -> Call:
    customer = world.customer(cast)
    service = cast.services["campaign"]
    call = Call(world, cast, key, at_us, customer, direction=Direction.OUTBOUND, service=service)
    call.steps = type(call.steps)(cast, at_us, "campaign")
    return call


def _ringing(world: World, call: Call, rings: int) -> Talk:
    heard = world.talk(call.cast, call.customer)
    heard.silence(0.8)
    if rings:
        heard.tone(f"ring_{call.cast.language}", rings * _RING_S[call.cast.language] - 1.2)
    return heard


def _exit(outcome: Outcome) -> str:
    return {
        Outcome.ANSWERED: "normal exit",
        Outcome.BUSY: "Busy",
        Outcome.NO_ANSWER: "NoAnswer",
    }.get(outcome, "Failed")
