"""`reviewer retention`: how long content is kept, and expiring what is due."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reviewer.cli.erased import tell_erased
from reviewer.cli.options import add_verbs
from reviewer.cli.requests import tell_asked
from reviewer.errors import N_, Reason, SecondPersonError, UsageError
from reviewer.messages import ntr, tr, translated
from reviewer.models.erasure import TITLES, RetentionRule, What
from reviewer.services.erase import cut_piece
from reviewer.services.retention_words import rule_words

if TYPE_CHECKING:
    import argparse

    from reviewer.cli.context import Context, Output
    from reviewer.storage.store import Session


def configure(parser: argparse.ArgumentParser) -> None:
    """Describe the command's own arguments."""
    parser.epilog = tr(
        "Example: {example}",
        example="""reviewer retention set voice=365 screen=90 Cards:voice=1825
  reviewer retention run --dry-run""",
    )
    add_verbs(
        parser,
        {
            "show": (tr("show the rules"), _nothing),
            "set": (tr("replace the rules"), _setting),
            "run": (tr("expire what is due"), _running),
        },
    )


def _nothing(_parser: argparse.ArgumentParser) -> None:
    """Describe no arguments."""


def _setting(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "rules",
        metavar="[SERVICE:]KIND=DAYS",
        nargs="*",
        help=tr("kind of content and days; 0: for ever; without a service: all others"),
    )
    parser.add_argument(
        "--none", action="store_true", help=tr("have no rules: everything is kept for ever")
    )
    parser.add_argument(
        "--reason", help=tr("where a second person is needed: ask for one, and why")
    )


def _running(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--dry-run", action="store_true", help=tr("say what would expire; expire nothing")
    )


def run(context: Context, arguments: argparse.Namespace) -> int:
    """Do what the command within the command says."""
    output = context.output
    with context.session() as session:
        if arguments.verb == "set":
            rules = [_rule(text) for text in arguments.rules]
            if bool(rules) is arguments.none:
                raise UsageError(reason=N_("name the rules there are to be, or say --none"))
            try:
                session.keeping.set_rules(rules)
            except SecondPersonError:
                if not arguments.reason:
                    raise
                request, _ = session.requests.ask_retention(rules, arguments.reason)
                return tell_asked(request, session, output)
        if arguments.verb in ("set", "show"):
            return _show(session, output)
        if arguments.dry_run:
            return _due(session, output)
        bar = output.progress(tr("Expiring"))
        erased, _ = session.erasure.expire(cutter=cut_piece, progress=bar)
        bar.end()
    return tell_erased(erased, output)


def _rule(text: str) -> RetentionRule:
    head, _, days = text.rpartition("=")
    service, _, kind = head.rpartition(":")
    known = {what.value for what in What}
    if kind not in known or not days.isascii() or not days.isdigit():
        reason = N_(
            "{text} is not a retention rule: one is KIND=DAYS, or SERVICE:KIND=DAYS; the kinds "
            "are {kinds}"
        )
        raise UsageError(reason=Reason(reason, text=text, kinds=", ".join(What)))
    return RetentionRule(service, What(kind), int(days))


def _show(session: Session, output: Output) -> int:
    rules = session.keeping.rules()
    if not rules and not output.as_json:
        output.say(tr("There are no rules: everything is kept for ever."))
    for rule in rules:
        if output.as_json:
            service = rule.service or None
            output.record({"service": service, "what": rule.what.value, "days": rule.days})
        else:
            output.line(rule_words(rule))
    return 0


def _due(session: Session, output: Output) -> int:
    due = session.keeping.due()
    if output.as_json:
        output.record({what.value: len(ids) for what, ids in due})
        return 0
    if not any(ids for _, ids in due):
        output.say(tr("Nothing is due."))
    for what, ids in due:
        count = ntr("{n} interaction", "{n} interactions", len(ids))
        output.line(f"{translated(TITLES[what])}: {count}")
    return 0
