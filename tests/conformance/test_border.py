"""Texts and numbers at the border of what tables can hold: the same in every store."""

from __future__ import annotations

import itertools
import random
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reviewer.errors import ReviewerError
from reviewer.models.criteria.catalogue import criterion
from reviewer.models.criteria.line import parse_line
from reviewer.models.criteria.tree import Block, Condition, Op
from reviewer.models.erasure import Shared, What
from reviewer.models.ids import WallUs
from reviewer.models.interaction import (
    Agent,
    Channel,
    Message,
    Note,
    ScenarioStep,
    Stretch,
    StretchKind,
)
from reviewer.models.recording import PartyRole, RecordingState
from reviewer.models.remarks import Place, RemarkKind
from reviewer.models.scoring import CategoryScore
from reviewer.models.search import Search, SortKey
from reviewer.storage.store import Incoming
from reviewer.storage.store import Outcome as Landing
from tests.helpers.stores import (
    ADMIN,
    STARTED_US,
    make_giid,
    make_incoming,
    make_interaction,
    make_recording,
    make_segment,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from reviewer.models.ids import InteractionId
    from reviewer.models.interaction import Interaction
    from reviewer.storage.store import Session


def count(session: Session, key: str, op: Op, value: str) -> int:
    return session.interactions.count(Search(Block(members=(Condition(key, op, (value,)),)))).n


def test_a_null_character_is_seen_where_it_was(admin: Session) -> None:
    """No text in a PostgreSQL database can have it, and no search finds what is after it."""
    message = Message(WallUs(STARTED_US), PartyRole.CUSTOMER, "a\0", "при\0вет")
    incoming = make_incoming(
        1,
        channel=Channel.EMAIL,
        subject="a\0b",
        custom=(("Region", "с\0"),),
        tags=("x\0",),
        messages=(message,),
    )
    for outcome in (Landing.ADDED, Landing.UNCHANGED):
        ((landed,), _) = admin.intake.put([incoming])
        assert landed.outcome is outcome
    kept = admin.interactions.get(make_giid(1))
    assert (kept.subject, kept.custom) == ("a␀b", (("Region", "с␀"),))
    assert (kept.tags, kept.messages[0].text) == (("x␀",), "при␀вет")
    for line in ("subject:~␀b", "custom.region:с␀", "tag:x␀", "вет"):
        assert admin.interactions.count(Search(parse_line(line))).n == 1, line
    assert admin.store.examine() == ()


TYPED: dict[str, Callable[[Session, InteractionId, str], object]] = {
    "note": lambda s, n, text: s.evaluations.save(n, 1, [CategoryScore("Greeting", 7)], text),
    "tag": lambda s, n, text: s.records.set_tags(n, [text]),
    "reason": lambda s, n, text: s.records.change_disposition(n, 1, "Refused", text),
    "name of a set": lambda s, _, text: s.sets.add(text, None, Block()),
    "login": lambda s, _, text: s.people.add_user(text, "Somebody", ["supervisor"]),
    "name": lambda s, _, text: s.people.add_user("somebody", text, ["supervisor"]),
    "comment": lambda s, n, text: s.comments.add(
        n, RemarkKind.COMMENT, Place(WallUs(STARTED_US)), text, public=True
    ),
    "reason to delete": lambda s, n, text: s.erasure.erase(
        [n], [What.VOICE], text, shared=Shared.CUT
    ),
    "search": lambda s, _, text: s.interactions.count(
        Search(Block(members=(Condition("agent", Op.IS, (text,)),)))
    ),
}
"""What a user types into a store, by what it is."""


@pytest.mark.parametrize("typed", TYPED)
def test_a_typed_null_character_or_half_a_character_is_refused(admin: Session, typed: str) -> None:
    """In every store alike, and nothing of what was typed is kept."""
    other = make_incoming(2, segments=(make_segment(disposition="Refused"),))
    ((landed, _), _) = admin.intake.put([make_incoming(1, tags=("x",)), other])
    number = landed.interaction_id
    assert number is not None
    for text in ("a\0b", "a\ud800b"):
        if typed in ("comment", "tag", "reason") and "\0" in text:
            continue  # It is left out of remarks, which are often pasted.
        with pytest.raises(ReviewerError) as caught:
            TYPED[typed](admin, number, text)
        assert caught.value.http_status < 500, caught.value.code
        assert admin.evaluations.of(number) == ()
        kept = admin.interactions.get(make_giid(1))
        assert (kept.tags, kept.tombstones) == (("x",), ())
        assert admin.records.disposition_history(number) == ()
        assert admin.sets.all() == ()
        assert [user.login for user in admin.people.users()] == [ADMIN]
        assert admin.store.examine() == ()


@pytest.mark.parametrize("sentiment", [float("nan"), float("inf"), float("-inf")])
def test_a_sentiment_that_is_no_number_is_none(admin: Session, sentiment: float) -> None:
    for outcome in (Landing.ADDED, Landing.UNCHANGED):
        ((landed,), _) = admin.intake.put([make_incoming(1, sentiment=sentiment)])
        assert landed.outcome is outcome
    assert admin.interactions.get(make_giid(1)).sentiment is None
    assert admin.interactions.count(Search(parse_line("sentiment>=-1"))).n == 0


def _oversized() -> dict[str, dict[str, object]]:
    step = ScenarioStep(1 << 31, WallUs(STARTED_US), 0, "", "", "", 0, "")
    note = Note("x", WallUs(STARTED_US), "y", segment_number=1 << 15)
    hold = Stretch(StretchKind.HOLD, WallUs(-(1 << 61)), WallUs(1 << 61))
    return {
        "instant": {"ended_us": WallUs(1 << 63)},
        "step": {"steps": (step,)},
        "segment": {"notes": (note,)},
        "recordings": {"recordings": (make_recording(state=RecordingState.MISSING),) * 33_000},
        "holds": {"segments": (make_segment(stretches=(hold, hold)),)},
    }


@pytest.mark.parametrize("what", sorted(_oversized()))
def test_what_no_table_has_room_for_is_refused_alone(admin: Session, what: str) -> None:
    wrong = make_incoming(2, content={}, **({"recordings": ()} | _oversized()[what]))
    landed, _ = admin.intake.put([make_incoming(1), wrong, make_incoming(3)])
    assert [one.outcome for one in landed] == [Landing.ADDED, Landing.REJECTED, Landing.ADDED]
    assert "number" in str(landed[1].error)
    assert len(admin.interactions.ids(Search())) == 2


@pytest.mark.parametrize("channel", [Channel.VOICE, Channel.EMAIL])
def test_texts_of_any_length_are_kept_and_found(admin: Session, channel: Channel) -> None:
    """Longer than an index can hold: noise, which does not become shorter by packing."""
    signs = "абвгдежзийклмнопрстуфхцчшщ0123456789"
    noise = "".join(random.Random(1).choices(signs, k=9_000))  # noqa: S311 (test data)
    long, other = f"а{noise}я", f"а{noise}ю"
    words = f"Слова {long[:1990]} вокруг {long}"
    message = Message(WallUs(STARTED_US), PartyRole.CUSTOMER, long, words)
    own = ("from_address", "to_address", "connected_to", "subject", "account_number", "case_number",
           "thread_id", "scenario", "call_problem")  # fmt: skip
    agent = Agent(long, long, long, team=long)
    admin.intake.put(
        make_incoming(
            number,
            channel=channel,
            **dict.fromkeys(own, text),
            custom=(("Region", text),),
            tags=(text,),
            km_articles=(text,),
            messages=(message,) if text is long else (),
            segments=(make_segment(agent=agent, service=text, disposition=text),),
        )
        for number, text in ((1, long), (2, other))
    )
    kept = admin.interactions.get(make_giid(1))
    assert (kept.subject, kept.service, kept.custom) == (long, long, (("Region", long),))
    keys = (
        *("from", "to", "connected", "subject", "account", "case", "thread", "service", "problem"),
        *("disposition", "tag", "km.article", "custom.Region", "agent", "agent.last", "team"),
    )
    for key in keys:
        if channel not in criterion(key).channels:
            continue
        assert count(admin, key, Op.STARTS, long[:300]) == 2, key
        assert count(admin, key, Op.STARTS, long[:199]) == 2, key
        assert count(admin, key, Op.STARTS, long[:1999]) == 2, key
        assert count(admin, key, Op.STARTS, f"{long[:300]}ъ") == 0, key
        assert count(admin, key, Op.CONTAINS, long[4000:4500]) == 2, key
        assert count(admin, key, Op.IS, long[:200]) == count(admin, key, Op.IS, long[:300]) == 0
        assert len(admin.interactions.complete(key, long[:50])) <= 2
    for key in ("from", "to"):
        assert count(admin, key, Op.ENDS, long[-300:]) == 1
        assert count(admin, key, Op.ENDS, long[-1]) == 1
    assert count(admin, "text", Op.MATCHES, long[:1990]) == 1
    assert count(admin, "text", Op.MATCHES, long[:1989]) == 0
    assert count(admin, "text", Op.PHRASE, f"слова {long[:1900]}") == 0
    assert count(admin, "text", Op.PHRASE, f"слова {long[:1990]}") == 1
    for column in ("from", "subject", "service", "disposition", "agent", "custom.Region"):
        for descending in (True, False):
            sort = (SortKey(column, descending),)
            found = [row.giid for row in admin.interactions.search(Search(sort=sort))]
            assert len(found) == 2
            first = 1 if column != "agent" and (long < other) is not descending else 2
            assert found[0] == make_giid(first), (column, descending)
    assert admin.store.examine() == ()


texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
numbers = itertools.count()
instants = st.integers(0, 4_000_000_000_000_000)


def without_ids(interaction: Interaction) -> Interaction:
    segments = tuple(replace(segment, id=0) for segment in interaction.segments)
    return replace(interaction, id=0, segments=segments)


def _shown(text: str) -> str:
    return text.replace("\0", "\u2400")


def with_nul_shown(interaction: Interaction) -> Interaction:
    segment = interaction.segments[0]
    names = {"service": _shown(segment.service), "disposition": _shown(segment.disposition)}
    told = ("from_address", "to_address", "subject", "scenario")
    return replace(
        interaction,
        segments=(replace(segment, **names),),
        custom=tuple((name, _shown(value)) for name, value in interaction.custom),
        **{name: _shown(getattr(interaction, name)) for name in told},
    )


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    start=instants,
    length=st.integers(0, 10**10),
    words=st.lists(texts, min_size=6, max_size=6),
    custom=st.lists(st.tuples(st.text("абвabc", min_size=1), texts), max_size=3),
    sentiment=st.none() | st.floats(-1, 1),
    channel=st.sampled_from(Channel),
)
def test_any_texts_and_times_come_back_as_they_were(
    admin: Session, start, length, words, custom, sentiment, channel
) -> None:
    giid = make_giid(next(numbers))
    segment = make_segment(
        started_us=start, ended_us=WallUs(start + length), service=words[0], disposition=words[1]
    )
    interaction = make_interaction(
        giid=giid,
        channel=channel,
        started_us=start,
        ended_us=WallUs(start + length),
        segments=(segment,),
        from_address=words[2],
        to_address=words[3],
        subject=words[4],
        scenario=words[5],
        custom=tuple(custom),
        sentiment=sentiment,
    )
    ((landed,), _) = admin.intake.put([Incoming(interaction)])
    assert landed.outcome is Landing.ADDED
    assert without_ids(admin.interactions.get(giid)) == with_nul_shown(interaction)
    ((again,), _) = admin.intake.put([Incoming(interaction)])
    assert again.outcome is Landing.UNCHANGED


@pytest.mark.parametrize("instant_us", [253_402_300_740_000_000, 1 << 60, -62_135_596_800_000_000])
@pytest.mark.parametrize("where", ["call", "message"])
def test_a_date_that_is_none_where_somebody_looks_at_it_is_refused_alone(
    admin: Session, instant_us: int, where: str
) -> None:
    """The end of 9999 is past the last date east of Greenwich; the first year has one before."""
    at = WallUs(instant_us)
    message = Message(at, PartyRole.CUSTOMER, "a", "b")
    told = {"started_us": at} if where == "call" else {"messages": (message,)}
    landed, _ = admin.intake.put([make_incoming(2, recordings=(), content={}, **told)])
    assert [one.outcome for one in landed] == [Landing.REJECTED]
    assert "date" in str(landed[0].error)
