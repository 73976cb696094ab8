"""Whether a set of criteria makes sense: for every condition that does not, why not.

The builder marks each problem at its condition; a store refuses the search with the first one.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from reviewer.errors import (
    N_,
    CriteriaInvalidError,
    Reason,
    RestrictedCriterionError,
)
from reviewer.messages import clause
from reviewer.models.criteria.catalogue import CUSTOM, criterion
from reviewer.models.criteria.kinds import Kind, arity
from reviewer.models.criteria.moments import bounds
from reviewer.models.criteria.printing import print_node
from reviewer.models.criteria.reader import KEYWORDS
from reviewer.models.criteria.tree import (
    MAX_CONDITIONS,
    MAX_DEPTH,
    MAX_PATTERNS,
    MAX_TEXT,
    MAX_VALUES,
    MAX_VALUES_IN_ALL,
    Block,
    Condition,
    Op,
    walk,
)
from reviewer.models.criteria.values import fault_of, one_line

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator
    from zoneinfo import ZoneInfo

    from reviewer.models.criteria.catalogue import Criterion
    from reviewer.models.criteria.tree import Path
    from reviewer.models.interaction import Channel
    from reviewer.models.settings import Feature


_SHOWN: Final = 60


@dataclass(frozen=True, slots=True)
class CheckContext:
    """For whom, where and when criteria are checked.

    Attributes:
        zone: The centre's zone.
        now_us: The present instant, for relative periods.
        channel: The channel searched; None: all.
        restricted_ok: Whether the user is offered restricted criteria.
        features: Features of the store that are on; None: not looked at.
        knows: Whether the store has a value for a key; None: any value is taken.
        like: Values that the store has and that are like one that it does not have, by key.
    """

    zone: ZoneInfo
    now_us: int
    channel: Channel | None = None
    restricted_ok: bool = True
    features: Collection[Feature] | None = None
    knows: Callable[[str, str], bool] | None = field(default=None, compare=False)
    like: Callable[[str, str], tuple[str, ...]] | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with one condition or block.

    Attributes:
        path: Where it stands in the tree as given, switched-off members included.
        reason: A clause; `sentence` words it.
        restricted: Whether it is refused to this user, rather than wrong.
        warning: Whether it can be searched for all the same.
    """

    path: Path
    reason: Reason
    restricted: bool = False
    warning: bool = False

    def sentence(self) -> str:
        """Return the reason in the language in force."""
        return clause(self.reason)


class _Shown:
    """A condition that words itself when its error is shown, in the language then in force."""

    def __init__(self, node: Condition | Block) -> None:
        self._node = node

    def __str__(self) -> str:
        text = print_node(self._node)
        return text if len(text) <= 200 else text[:200] + "…"


def check(block: Block, context: CheckContext) -> tuple[Problem, ...]:
    """Return what is wrong with a set, by place; with no more than warnings it can be searched.

    What is switched off is not looked at: it does not count.
    """
    return tuple(_problems(block, context))


def require(block: Block, context: CheckContext) -> None:
    """Refuse a set that does not make sense.

    Raises:
        RestrictedCriterionError: It has a criterion that is not offered to the user.
        CriteriaInvalidError: Another problem; `path` says where.
    """
    found: dict[Path, Condition | Block] = {}
    for problem in _problems(block, context):
        if problem.warning:
            continue
        found = found or dict(walk(block))
        if problem.restricted:
            raise RestrictedCriterionError(
                position=0, path=problem.path, criterion=_name(found[problem.path])
            )
        raise CriteriaInvalidError(
            position=0,
            path=problem.path,
            condition=_Shown(found[problem.path]),
            reason=problem.reason,
        )


def require_sound(block: Block, *, restricted_ok: bool) -> None:
    """Refuse a set that cannot be kept: no channel and no day could make sense of it.

    What is switched off is looked at as well. A set that makes no sense now only, or in another
    channel, is sound: it is marked where it is edited.

    Raises:
        RestrictedCriterionError: It has a criterion that is not offered to the user.
        CriteriaInvalidError: A criterion, comparison or value is none, or there are too many.
    """
    require_offered(block, restricted_ok=restricted_ok)
    values = 0
    for count, (path, node) in enumerate(walk(block)):
        reason: Reason | None = None
        if isinstance(node, Condition):
            values += len(node.values)
            reason = _form_fault(criterion(node.key), node)
        elif len(path) > MAX_DEPTH:
            reason = Reason(N_("blocks lie more than 20 deep in each other"))
        if count > MAX_CONDITIONS:
            reason = Reason(N_("there are more than 300 conditions"))
        elif values > MAX_VALUES_IN_ALL:
            reason = Reason(N_("there are more than 5 000 values in all"))
        if reason is not None:
            raise CriteriaInvalidError(position=0, path=path, condition=_Shown(node), reason=reason)


def require_offered(block: Block, *, restricted_ok: bool) -> None:
    """Refuse a set with a criterion that is not there, or not for this user, on or off.

    Raises:
        RestrictedCriterionError, CriteriaInvalidError.
    """
    for path, node in walk(block):
        if not isinstance(node, Condition):
            continue
        try:
            entry = criterion(node.key)
        except KeyError:
            reason = Reason(N_("there is no such criterion"))
            raise CriteriaInvalidError(
                position=0, path=path, condition=_Shown(node), reason=reason
            ) from None
        if entry.restricted and not restricted_ok:
            raise RestrictedCriterionError(position=0, path=path, criterion=entry.name())


def _name(node: Condition | Block) -> str:
    return criterion(node.key).name() if isinstance(node, Condition) else ""


def _problems(block: Block, context: CheckContext) -> Iterator[Problem]:
    off: set[Path] = set()
    values = 0
    for count, (path, node) in enumerate(walk(block)):
        if not node.enabled or path[:-1] in off:
            off.add(path)
            continue
        if count > MAX_CONDITIONS:
            yield Problem((), Reason(N_("there are more than 300 conditions")))
            return
        if isinstance(node, Condition):
            values += len(node.values)
            yield from _of_condition(path, node, context)
            if values > MAX_VALUES_IN_ALL:
                yield Problem(path, Reason(N_("there are more than 5 000 values in all")))
                return
        elif len(path) > MAX_DEPTH:
            yield Problem(path, Reason(N_("blocks lie more than 20 deep in each other")))
            return


def _of_condition(path: Path, condition: Condition, context: CheckContext) -> Iterator[Problem]:
    try:
        entry = criterion(condition.key)
    except KeyError:
        yield Problem(path, Reason(N_("there is no such criterion")))
        return
    if entry.restricted and not context.restricted_ok:
        yield Problem(path, Reason(N_("this criterion is not available to you")), restricted=True)
        return
    reason = _fault(entry, condition, context)
    if reason is not None:
        yield Problem(path, reason)
        return
    word = _small_word(condition)
    if word is not None:
        yield Problem(path, word, warning=True)
    unknown = _unknown(entry, condition, context)
    if unknown is not None:
        yield Problem(path, unknown, warning=not entry.known_only)


def _fault(entry: Criterion, condition: Condition, context: CheckContext) -> Reason | None:
    if context.channel is not None and context.channel not in entry.channels:
        return Reason(N_("the channel does not have this criterion"))
    if context.features is not None and entry.feature not in (None, *context.features):
        return Reason(N_("what this criterion asks for is switched off in this store"))
    return _form_fault(entry, condition) or _contradiction(entry, condition, context)


def _form_fault(entry: Criterion, condition: Condition) -> Reason | None:
    """Return what is wrong with a condition whatever the channel and the day."""
    if entry.is_custom and len(entry.key) - len(CUSTOM) > MAX_TEXT:
        return Reason(N_("the text is longer than 2 000 characters"))
    values = condition.values
    if condition.op not in _understood(entry):
        return Reason(N_("this criterion has no such comparison"))
    if not arity(condition.op).fits(len(values)):
        missing = len(values) < arity(condition.op).value[0]
        return Reason(N_("a value is missing") if missing else N_("there are too many values"))
    if len(values) > MAX_VALUES:
        return Reason(N_("there are more than 1 000 values"))
    if len(values) > MAX_PATTERNS and condition.op not in (Op.IS, Op.ANY_OF):
        return Reason(N_("there are more than 50 values for this comparison"))
    for value in values:
        fault = fault_of(entry, value)
        if fault is not None:
            return fault
    return None


def _understood(entry: Criterion) -> frozenset[Op]:
    """Return the operators that are taken: those offered, and "is" for a name in a list."""
    extra = {Op.IS} if Op.ANY_OF in entry.operators else set()
    return frozenset(entry.operators) | extra


def _contradiction(entry: Criterion, condition: Condition, context: CheckContext) -> Reason | None:
    if entry.kind is Kind.MOMENT:
        texts = [str(value) for value in condition.values]
        low, high = bounds(condition.op, texts, context.zone, context.now_us)
        if low is not None and high is not None and low >= high:
            return Reason(N_("the end comes before the start"))
    elif condition.op is Op.BETWEEN:
        low_value, high_value = (value for value in condition.values)
        if float(low_value) > float(high_value):
            return Reason(N_("the first value is greater than the second"))
    return None


def _small_word(condition: Condition) -> Reason | None:
    """Return what to know of an `or`, `and` or `not` that is looked for as it was typed."""
    for value in condition.values if condition.op is Op.MATCHES else ():
        word = str(value)
        if word.upper() in KEYWORDS:
            return Reason(
                N_("“{word}” is looked for as a word; to join conditions, write {capitals}"),
                word=word,
                capitals=word.upper(),
            )
    return None


def _unknown(entry: Criterion, condition: Condition, context: CheckContext) -> Reason | None:
    knows = context.knows
    if knows is None or not entry.completes or condition.op not in (Op.IS, Op.ANY_OF):
        return None
    for value in condition.values:
        if not knows(entry.key, str(value)):
            whole = one_line(str(value))
            shown = whole if len(whole) <= _SHOWN else whole[:_SHOWN] + "…"
            like = context.like(entry.key, str(value)) if context.like is not None else ()
            if not like:
                return Reason(N_("“{value}” is not known in this store"), value=shown)
            names = one_line(", ".join(like))
            return Reason(
                N_("“{value}” is not known in this store; there is: {names}"),
                value=shown,
                names=names,
            )
    return None
