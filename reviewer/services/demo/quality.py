"""Users of the demo store, and the evaluations that they have given."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

from reviewer.models.interaction import Channel
from reviewer.models.scoring import CategoryScore
from reviewer.services.demo.mark import SHOWCASE_CALL, SHOWCASE_CHAT, SHOWCASE_EMAIL

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from reviewer.models.ids import Giid, InteractionId
    from reviewer.models.interaction import Interaction
    from reviewer.services.demo.cast import Cast
    from reviewer.storage.store import Incoming, Session, Store

_EVALUATED = 0.24
_REVISED = 0.16
_SEEN_TWICE = 0.22
_SHOWN = (SHOWCASE_CALL, SHOWCASE_CHAT, SHOWCASE_EMAIL)


def add_users(session: Session, casts: Mapping[str, Cast], language: str) -> None:
    """Add a user of every role; all but the administrator are as in a real centre."""
    own = casts[language]
    names, logins = own.texts["users"], own.texts["logins"]
    teams = tuple(team for cast in casts.values() for team in cast.teams)
    add = session.people.add_user
    add(logins["evaluator"], names["evaluator"], ("qm_evaluator",), teams=teams)
    add(logins["second"], names["second"], ("qm_evaluator",), teams=own.teams)
    add(logins["manager"], names["manager"], ("qm_manager",))
    add(logins["supervisor"], names["supervisor"], ("supervisor",), teams=own.teams[:2])
    add(logins["trainer"], names["trainer"], ("trainer",), teams=own.teams)
    service = own.services["voice"][0]
    add(logins["customer"], names["customer"], ("customer",), services=(service,))
    for agent in own.agents[:3]:
        add(agent.login, agent.display_name, ("agent",))


def evaluate(
    store: Store,
    items: Sequence[Incoming],
    ids: Mapping[Giid, InteractionId],
    casts: Mapping[str, Cast],
    language: str,
    seed: str,
) -> int:
    """Let the evaluators score a share of the interactions; return how many evaluations."""
    rng = Random(seed)  # noqa: S311 (a demo, not a secret)
    own = casts[language]
    logins = own.texts["logins"]
    sessions = {key: store.session(logins[key]) for key in ("evaluator", "second", "manager")}
    categories = [c.name for c in sessions["manager"].evaluations.categories()]
    words = own.texts["evaluations"]
    count = 0
    for item in items:
        interaction = item.interaction
        shown = interaction.giid in _SHOWN
        numbers = [s.number for s in interaction.segments if s.agent is not None]
        if not numbers or not (shown or rng.random() < _EVALUATED):
            continue
        keys = ["evaluator"]
        if shown or rng.random() < _SEEN_TWICE:
            keys.append(rng.choice(("second", "manager")) if _own(interaction, own) else "manager")
        for key in keys:
            for number in numbers if shown else numbers[-1:]:
                versions = 2 if rng.random() < _REVISED else 1
                for version in range(versions):
                    note = words["revised"] if version else rng.choice(words["notes"])
                    scores = _scores(rng, categories, interaction)
                    sessions[key].evaluations.save(ids[interaction.giid], number, scores, note)
                    count += 1
    return count


def _own(interaction: Interaction, cast: Cast) -> bool:
    """Return whether the second evaluator sees it: everybody in it is of the own language."""
    logins = {agent.login for agent in cast.agents}
    return all(s.agent is None or s.agent.login in logins for s in interaction.segments)


def _scores(rng: Random, categories: list[str], interaction: Interaction) -> list[CategoryScore]:
    middle = 6.4 + 1.6 * (interaction.sentiment or 0.0)
    scores = []
    for number, category in enumerate(categories):
        skipped = number and rng.random() < (0.3 if interaction.channel is Channel.EMAIL else 0.08)
        score = max(1, min(9, round(rng.gauss(middle, 1.3))))
        scores.append(CategoryScore(category, None if skipped else score))
    return scores
