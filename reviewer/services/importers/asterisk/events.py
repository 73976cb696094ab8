"""Tells from channel events who spoke with whom. Pure; imported by `importer`."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from reviewer.models.ids import US_PER_S, WallUs
from reviewer.models.interaction import TransferKind
from reviewer.services.importers.asterisk.channels import (
    caller_of,
    extension_of,
    is_helper,
    pair_of,
)
from reviewer.services.importers.asterisk.facts import (
    Facts,
    Handling,
    Period,
    Transfer,
    Visit,
    clip,
    union,
    without,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from reviewer.services.importers.asterisk.cel import CelEvent

CONFERENCE_APPS = frozenset({"ConfBridge", "MeetMe", "Conference"})
VOICEMAIL_APPS = frozenset({"VoiceMail"})
_SAME_CALL_US = 2 * US_PER_S
"""Legs of one attempt at one extension are made within this; a second attempt is later."""
_HANGUP_CAUSES = {"17": "BUSY", "34": "CONGESTION", "42": "CONGESTION", "38": "CONGESTION"}
_DIAL_STATES = {
    "ANSWER": "ANSWERED",
    "NOANSWER": "NO ANSWER",
    "CANCEL": "NO ANSWER",
    "BUSY": "BUSY",
    "CONGESTION": "CONGESTION",
    "CHANUNAVAIL": "FAILED",
}


@dataclass(slots=True)
class Chan:
    """One channel as its events tell it. `bridges`: bridge, from, to (None: never left)."""

    name: str
    uniqueid: str
    made_us: WallUs
    answered_us: WallUs | None = None
    ended_us: WallUs | None = None
    cause: str = ""
    dial_state: str = ""
    bridges: list[tuple[str, WallUs, WallUs | None]] = field(default_factory=list)

    @property
    def who(self) -> str:
        """Whose channel it is."""
        return extension_of(self.name)


class Telling:
    """One conversation's channels and bridges, and what follows from them."""

    def __init__(self, events: Sequence[CelEvent], key: str, *, outbound: bool = False) -> None:
        """Read one conversation's events, in order of time.

        Args:
            events: At least one.
            key: Uniqueid of the channel that began it.
            outbound: The other side is not who began it, but the first who answered.
        """
        own = [event for event in events if not is_helper(event.channel)]
        self.events = own or list(events)
        self.started_us = self.events[0].at_us
        self.ended_us = max(event.at_us for event in self.events)
        self.channels: dict[str, Chan] = {}
        for event in self.events:
            self._follow(event)
        first = self.channels.get(key) or next(iter(self.channels.values()))
        self.first = first
        self.origin = self._ends_of(first)
        self.caller = (self._answering() if outbound else set()) or self.origin
        self.uniqueids = {chan.name: chan.uniqueid for chan in self.channels.values()}

    def facts(self) -> Facts:
        """Return everything these events tell."""
        facts = Facts(self.started_us, self.ended_us, caller=caller_of(self.first.name))
        self._name(facts)
        answers = [self.channels[c].answered_us for c in self.origin]
        facts.answered_us = min((a for a in answers if a is not None), default=None)
        facts.conferences = self.periods_in(CONFERENCE_APPS, bridged=True)
        facts.voicemails = self.periods_in(VOICEMAIL_APPS)
        facts.holds, facts.mutes = self._marked("HOLD", "UNHOLD"), self._marked("MUTE", "UNMUTE")
        facts.holds += self._marked("PARK_START", "PARK_END")
        facts.transfers = self._transfers()
        facts.visits = self._visits()
        self._parties(facts)
        facts.dispositions = self._results(facts)
        return facts

    def ended(self, chan: Chan) -> WallUs:
        """Return when a channel ended: with the last that is known where nothing says it."""
        return chan.ended_us or self.ended_us

    def _ends_of(self, chan: Chan) -> set[str]:
        """Return a channel with the other end of its Local pair."""
        pair = pair_of(chan.name)
        return {
            other.uniqueid
            for other in self.channels.values()
            if other is chan or (pair and pair_of(other.name) == pair)
        }

    def _answering(self) -> set[str]:
        """Return the channels of the first party that answered a call from here."""
        called = [c for c in self.channels.values() if c.uniqueid not in self.origin]
        answered = [c for c in called if c.answered_us is not None and c.bridges]
        first = min(answered, key=lambda c: c.answered_us or c.made_us, default=None)
        return {c.uniqueid for c in called if first is not None and c.who == first.who}

    # --- reading -----------------------------------------------------------------------------

    def _follow(self, event: CelEvent) -> None:
        chan = self.channels.get(event.uniqueid)
        if chan is None:
            chan = Chan(event.channel, event.uniqueid, event.at_us)
            self.channels[event.uniqueid] = chan
        match event.type:
            case "ANSWER" if chan.answered_us is None:
                chan.answered_us = event.at_us
            case "HANGUP" | "CHAN_END":
                chan.ended_us = chan.ended_us or event.at_us
                chan.cause = event.extra.get("hangupcause", chan.cause)
                chan.dial_state = event.extra.get("dialstatus", "") or chan.dial_state
                self._leave(chan, "", event.at_us)
            case "BRIDGE_ENTER":
                bridge = event.extra.get("bridge_id") or event.app_data
                chan.bridges.append((bridge, event.at_us, None))
            case "BRIDGE_EXIT":
                self._leave(chan, event.extra.get("bridge_id", ""), event.at_us)
            case "BRIDGE_START" | "BRIDGE_END":
                self._old_bridge(chan, event)
            case _:
                pass

    def _leave(self, chan: Chan, bridge: str, at_us: WallUs) -> None:
        chan.bridges = [
            (name, came, at_us if left is None and bridge in ("", name) else left)
            for name, came, left in chan.bridges
        ]

    def _old_bridge(self, chan: Chan, event: CelEvent) -> None:
        """Versions before 12 name the two channels of a bridge instead of the bridge."""
        peer = next((c for c in self.channels.values() if c.name == event.peer), None)
        bridge = f"{chan.uniqueid}+{event.peer}"
        for one in (chan, peer):
            if one is None:
                continue
            if event.type == "BRIDGE_START":
                one.bridges.append((bridge, event.at_us, None))
            else:
                self._leave(one, bridge, event.at_us)

    # --- who and where -----------------------------------------------------------------------

    def _of_origin(self) -> list[CelEvent]:
        return [event for event in self.events if event.uniqueid in self.origin]

    def _name(self, facts: Facts) -> None:
        for event in self._of_origin():
            facts.number = facts.number or event.cid_num
            facts.name = facts.name or event.cid_name
            facts.dialled = facts.dialled or event.exten
            facts.context = facts.context or event.context
            facts.account = facts.account or event.accountcode
            facts.userfield = facts.userfield or event.userfield
        if facts.name == facts.number:
            facts.name = ""

    def periods_in(self, apps: frozenset[str], *, bridged: bool = False) -> list[Period]:
        """Return when the caller was in one of these applications, with its first argument."""
        names = {app.lower() for app in apps}
        found: list[Period] = []
        for uniqueid in sorted(self.origin):
            chan = self.channels[uniqueid]
            inside = [
                e
                for e in self.events
                if e.uniqueid == uniqueid and e.app.lower() in names and e.type != "CHAN_START"
            ]
            if not inside:
                continue
            end = next((e.at_us for e in inside if e.type == "APP_END"), self.ended(chan))
            start = inside[0].at_us
            joined = [(came, left) for _, came, left in chan.bridges if came >= start]
            if bridged and joined:
                start, end = joined[0][0], joined[-1][1] or end
            found.append(Period(start, end, inside[0].app_data.partition(",")[0]))
        return found

    def _visits(self) -> list[Visit]:
        visits: list[Visit] = []
        for event in self._of_origin():
            if event.app.lower() != "queue" or event.type == "CHAN_START":
                continue
            queue = event.app_data.partition(",")[0]
            if not visits or visits[-1].queue != queue:
                entered = event.at_us
                if event.type != "APP_START":
                    # Nothing tells when waiting began but that something rang for it.
                    chans = [c for c in self._called() if c.made_us <= event.at_us]
                    entered = min((c.made_us for c in chans), default=entered)
                visits.append(Visit(queue, entered))
            if event.type == "APP_END":
                visits[-1].left_us = event.at_us
        return visits

    def _marked(self, begins: str, ends: str) -> list[Period]:
        found: list[Period] = []
        began: dict[str, CelEvent] = {}
        for event in self.events:
            if event.type == begins:
                began.setdefault(event.uniqueid, event)
            elif event.type == ends and event.uniqueid in began:
                start = began.pop(event.uniqueid)
                found.append(Period(start.at_us, event.at_us, self._holder(event)))
        for uniqueid, start in began.items():
            chan = self.channels[uniqueid]
            found.append(Period(start.at_us, self.ended(chan), self._holder(start)))
        return sorted(found)

    def _holder(self, event: CelEvent) -> str:
        return "" if event.uniqueid in self.caller else extension_of(event.channel)

    def _transfers(self) -> list[Transfer]:
        found = []
        for event in self.events:
            by = "" if event.uniqueid in self.caller else extension_of(event.channel)
            if event.type == "BLINDTRANSFER":
                target = event.extra.get("extension", "")
                found.append(Transfer(event.at_us, TransferKind.BLIND, by, target))
            elif event.type == "ATTENDEDTRANSFER":
                target = event.extra.get("transfer_target_channel_name", "")
                target = "" if target == "N/A" else extension_of(target)
                found.append(Transfer(event.at_us, TransferKind.ATTENDED, by, target))
        return found

    # --- parties -----------------------------------------------------------------------------

    def _called(self) -> list[Chan]:
        return [c for c in self.channels.values() if c.uniqueid not in self.caller]

    def _parties(self, facts: Facts) -> None:
        parties: dict[str, list[Chan]] = {}
        for chan in self._called():
            parties.setdefault(chan.who, []).append(chan)
        callers = [self.channels[c] for c in self.caller]
        direct = {who: self._together(chans, callers) for who, chans in parties.items()}
        if not any(direct.values()) and not any(c.bridges for c in self.channels.values()):
            direct = {who: self._answered(chans) for who, chans in parties.items()}
        for who, chans in parties.items():
            others = [p for w, talks in direct.items() if w != who for p in talks]
            for talks in _handlings(direct[who], others):
                facts.handlings.append(self._handling(who, chans, talks))
        asked = self._consultations(parties, direct)
        facts.handlings += asked
        facts.handlings.sort(key=lambda handling: handling.started_us)
        for who, chans in parties.items():
            facts.rings += self._rings(who, chans, facts)
        facts.rings.sort()

    def _together(self, ones: Iterable[Chan], others: Sequence[Chan]) -> list[Period]:
        shared = []
        for one in ones:
            for bridge, came, left in one.bridges:
                mine = Period(came, left or self.ended(one))
                for other in others:
                    shared += [
                        Period(max(mine.started_us, start), min(mine.ended_us, stop))
                        for name, start, end in other.bridges
                        if name == bridge
                        for stop in (end or self.ended(other),)
                        if mine.overlap_us(Period(start, stop)) > 0
                    ]
        return union(shared)

    def _answered(self, chans: Sequence[Chan]) -> list[Period]:
        """Without bridges in the log, an answered leg talks from its answer to its end."""
        spans = [Period(c.answered_us, self.ended(c)) for c in chans if c.answered_us is not None]
        return union(spans)

    def _handling(self, who: str, chans: Sequence[Chan], talks: list[Period]) -> Handling:
        begun = [c for c in chans if c.made_us <= talks[0].started_us]
        last = max((c.made_us for c in begun), default=None)
        rang = min(
            (c.made_us for c in begun if last is not None and last - c.made_us <= _SAME_CALL_US),
            default=None,
        )
        whole = Period(talks[0].started_us, talks[-1].ended_us)
        mine = [c for c in chans if c.made_us <= whole.ended_us]
        return Handling(who, talks, rang, frozenset(c.uniqueid for c in mine))

    def _consultations(
        self, parties: dict[str, list[Chan]], direct: dict[str, list[Period]]
    ) -> list[Handling]:
        found: list[Handling] = []
        for by, talks in direct.items():
            for who, chans in parties.items():
                if who == by or not talks:
                    continue
                spoke = self._together(chans, [c for c in parties[by] if not self._carries(c)])
                spoke = without(spoke, direct[who])
                spoke = [p for p in spoke if p.started_us >= talks[0].started_us]
                spoke = [p for p in spoke if p.ended_us - p.started_us > US_PER_S // 10]
                if spoke and not self._already(found, by, who):
                    asked = self._handling(who, chans, spoke)
                    asked.consulted_by = by
                    found.append(asked)
        return found

    def _carries(self, chan: Chan) -> bool:
        """Whether it is the far end of a Local pair that is connected with the caller.

        What it is bridged with is the telephone behind it, not somebody who was asked.
        """
        pair = pair_of(chan.name)
        callers = [self.channels[c] for c in self.caller]
        return bool(pair) and any(
            pair_of(other.name) == pair and other is not chan and self._together([other], callers)
            for other in self.channels.values()
        )

    def _already(self, found: list[Handling], by: str, who: str) -> bool:
        return any(h.consulted_by == who and h.who == by for h in found)

    def _rings(self, who: str, chans: list[Chan], facts: Facts) -> list[Period]:
        """Return when this party's telephone rang and nobody took it."""
        taken = [handling for handling in facts.handlings if handling.who == who]
        alone = [
            Period(c.made_us, self.ended(c), who)
            for c in chans
            if not c.bridges
            and c.answered_us is None
            and not any(c.uniqueid in h.channels for h in taken)
        ]
        return [p._replace(detail=who) for p in union(alone)]

    # --- result ------------------------------------------------------------------------------

    def _results(self, facts: Facts) -> list[str]:
        if any(not h.consulted_by for h in facts.handlings) or facts.conferences:
            return ["ANSWERED"]
        callers = [self.channels[c] for c in self.caller]
        states = [_DIAL_STATES[c.dial_state] for c in callers if c.dial_state in _DIAL_STATES]
        causes = [_HANGUP_CAUSES[c.cause] for c in callers if c.cause in _HANGUP_CAUSES]
        if facts.answered_us is not None and not states:
            return ["ANSWERED"]
        return states or causes or (["NO ANSWER"] if facts.rings else [])

    # --- for placing recordings: of channels that are in the log ------------------------------

    def recorded(self, uniqueid: str) -> list[Period]:
        """Return when MixMonitor ran on a channel, where the log follows applications."""
        spans: list[Period] = []
        began: WallUs | None = None
        for event in self.events:
            if event.uniqueid != uniqueid or event.type not in ("APP_START", "APP_END"):
                continue
            app = event.app.lower()
            if event.type == "APP_START" and app in ("mixmonitor", "monitor"):
                began = began or event.at_us
            elif app in ("stopmixmonitor", "stopmonitor", "pausemonitor") and began is not None:
                spans.append(Period(began, event.at_us))
                began = None
            elif event.type == "APP_START" and app == "unpausemonitor":
                began = began or event.at_us
        if began is not None:
            spans.append(Period(began, self.ended(self.channels[uniqueid])))
        return spans

    def is_with_caller(self, uniqueid: str) -> bool:
        """Whether a channel is the caller's, or ever was connected with it."""
        callers = [self.channels[c] for c in self.caller]
        chan = self.channels[uniqueid]
        return uniqueid in self.caller or bool(self._together([chan], callers))

    def bridged(self, uniqueid: str) -> list[Period]:
        """Return when a channel was in any bridge."""
        chan = self.channels[uniqueid]
        return union(Period(came, left or self.ended(chan)) for _, came, left in chan.bridges)

    def sounding(self, uniqueid: str) -> list[Period]:
        """Return when files were played that a channel's recording hears.

        What is played on the channel itself, by the far end of its own Local pair, and by the
        far ends of the pairs it was bridged with; not what only a partner of the bridge hears.
        """
        chan = self.channels[uniqueid]
        heard = {uniqueid}
        partners = {
            other.uniqueid: other
            for other in self.channels.values()
            if other is chan or self._together([other], [chan])
        }
        for partner in partners.values():
            pair = pair_of(partner.name)
            heard |= {
                c.uniqueid
                for c in self.channels.values()
                if pair and pair_of(c.name) == pair and c is not partner
            }
        spans: list[Period] = []
        began: dict[str, WallUs] = {}
        for event in self.events:
            if event.uniqueid not in heard:
                continue
            if event.type == "STREAM_BEGIN":
                began.setdefault(event.uniqueid, event.at_us)
            elif event.type == "STREAM_END" and event.uniqueid in began:
                spans.append(Period(began.pop(event.uniqueid), event.at_us))
        return clip(union(spans), [Period(chan.made_us, self.ended(chan))])


def _handlings(talks: list[Period], others: list[Period]) -> list[list[Period]]:
    """Split one party's talks where somebody else spoke with the caller in between."""
    groups: list[list[Period]] = []
    for talk in talks:
        if groups:
            gap = Period(groups[-1][-1].ended_us, talk.started_us)
            if not any(gap.overlap_us(other) > US_PER_S for other in others):
                groups[-1].append(talk)
                continue
        groups.append([talk])
    return groups
