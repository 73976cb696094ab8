"""`reviewer erase`: deleting content for good, after saying what would be lost."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from reviewer.cli.agreeing import has_agreed
from reviewer.cli.erased import loss_lines, tell_erased, told_losses, told_of
from reviewer.cli.requests import tell_asked
from reviewer.errors import N_, HeldError, NotFoundError, Reason, SecondPersonError, UsageError
from reviewer.messages import ntr, tr
from reviewer.models.criteria.moments import parse_moment
from reviewer.models.erasure import Shared, What, check_erasing_reason
from reviewer.models.ids import InteractionId
from reviewer.models.letters import letters_of
from reviewer.services.erase import (
    cut_piece,
    of_service,
    spoilt_sentences,
)

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from reviewer.cli.context import Context, Output
    from reviewer.models.erasure import Preview
    from reviewer.models.letters import Letter
    from reviewer.storage.store import Session

_REFUSED: Final = 3


def configure(parser: argparse.ArgumentParser) -> None:
    """Describe the command's own arguments."""
    parser.epilog = tr(
        "Example: {example}",
        example="""reviewer erase F0A5E40B-... --what voice,screen --reason "asked by the customer"
  reviewer erase --service Cards --from 2023-01-01 --to 2023-02-01 --reason contract --yes""",
    )
    parser.add_argument("giid", metavar="GIID", nargs="*", help=tr("interactions"))
    parser.add_argument("--service", metavar="S", help=tr("all of this service, in a period"))
    parser.add_argument("--from", dest="since", metavar="DATE", help=tr("started from then on"))
    parser.add_argument("--to", dest="before", metavar="DATE", help=tr("started before then"))
    parser.add_argument(
        "--what",
        default="voice,transcript,chat,email,screen",
        help=tr("of voice, transcript, chat, email, screen, separated by commas; default: all"),
    )
    parser.add_argument(
        "--message",
        type=int,
        metavar="N",
        help=tr("of one email, only this message of its chain, from 1"),
    )
    parser.add_argument("--reason", required=True, help=tr("why; it stays in the records"))
    parser.add_argument(
        "--whole-pieces",
        action="store_true",
        help=tr("delete screen video that others need as well, instead of cutting it"),
    )
    parser.add_argument("--yes", action="store_true", help=tr("do not ask"))
    parser.add_argument(
        "--dry-run", action="store_true", help=tr("say what would be destroyed; destroy nothing")
    )


def run(context: Context, arguments: argparse.Namespace) -> int:
    """Say what would be lost, ask, delete."""
    what = kinds_of(arguments.what)
    reason = check_erasing_reason(arguments.reason)
    output = context.output
    with context.session() as session:
        ids = _meant(session, arguments)
        letter = _letter(session, ids, arguments.message)
        preview = session.erasure.preview(ids, what, letter)
        if arguments.dry_run:
            _tell_preview(preview, output)
            return 0
        if not output.as_json or not arguments.yes:
            _say_preview(preview, output)
        _refuse_held(session, arguments, preview)
        if not preview.interactions:
            if output.as_json:
                output.record(told_of({}, (), ()))
            return 0
        if not arguments.yes and not _agreed(output):
            output.say(tr("Nothing was deleted."))
            return 0
        bar = output.progress(tr("Deleting"))
        shared = Shared.WHOLE if arguments.whole_pieces else Shared.CUT
        try:
            erased, _ = session.erasure.erase(
                ids, what, reason, shared=shared, cutter=cut_piece, progress=bar, letter=letter
            )
        except SecondPersonError:
            return _ask(session, ids, what, reason, shared, output)
        finally:
            bar.end()
    return tell_erased(erased, output)


def _ask(
    session: Session,
    ids: Sequence[int],
    what: Sequence[What],
    reason: str,
    shared: Shared,
    output: Output,
) -> int:
    request, _ = session.requests.ask_erase(ids, what, reason, shared=shared)
    return tell_asked(request, session, output)


def kinds_of(text: str) -> tuple[What, ...]:
    """Return the kinds of content in a list separated by commas.

    Raises:
        UsageError: One is none.
    """
    known = {what.value: what for what in What}
    names = [name.strip() for name in text.split(",") if name.strip()]
    for name in names:
        if name not in known:
            raise UsageError(
                reason=Reason(
                    N_("{name} is not a kind of content; there are: {known}"),
                    name=name,
                    known=", ".join(known),
                )
            )
    if not names:
        raise UsageError(reason=N_("no kind of content was named"))
    return tuple(dict.fromkeys(known[name] for name in names))


def _meant(session: Session, arguments: argparse.Namespace) -> Sequence[int]:
    if bool(arguments.giid) == bool(arguments.service):
        raise UsageError(reason=N_("name either interactions, or a service and a period"))
    if arguments.giid:
        return [session.interactions.find(giid) for giid in arguments.giid]
    if not arguments.since or not arguments.before:
        raise UsageError(reason=N_("a service needs a period: --from and --to"))
    dates: list[str] = []
    for text in (arguments.since, arguments.before):
        moment = parse_moment(text)
        if moment is None:
            raise UsageError(reason=Reason(N_("{text} is not a date"), text=text))
        dates.append(moment)
    return of_service(session, arguments.service, dates[0], dates[1])


def _letter(session: Session, ids: Sequence[int], number: int | None) -> Letter | None:
    if number is None:
        return None
    if len(ids) != 1:
        raise UsageError(reason=N_("one message is of one email"))
    letters = letters_of(session.interactions.get_by_id(InteractionId(ids[0])))
    if not 0 < number <= len(letters):
        raise NotFoundError(name=str(number))
    return letters[number - 1]


def _refuse_held(session: Session, arguments: argparse.Namespace, preview: Preview) -> None:
    """Refuse one interaction that is held; of many, the held ones are left out."""
    if len(arguments.giid) == 1 and preview.held:
        hold = session.keeping.hold_of(session.interactions.find(preview.held[0]))
        raise HeldError(name=preview.held[0], reason=hold.reason if hold else "")


def _agreed(output: Output) -> bool:
    output.say(tr("This cannot be undone. Type {word} to delete:", word="DELETE"))
    return has_agreed("DELETE")


def _say_preview(preview: Preview, output: Output) -> None:
    if preview.interactions:
        output.say(tr("To be destroyed for good:"))
    elif not preview.held:
        output.say(tr("Nothing of it is there to be deleted."))
    for line in loss_lines(preview.losses):
        output.say("  " + line)
    for giid in preview.held:
        output.say(tr("Under a legal hold, not deleted: {giid}", giid=giid))
    for piece in preview.shared:
        names = [str(giid) for _, giid in piece.others]
        if piece.hidden_others:
            names.append(ntr("{n} more", "{n} more", piece.hidden_others))
        said = tr("Screen video {name} is needed by others too: {others}",
                  name=piece.name, others=", ".join(names))  # fmt: skip
        output.say(said)
    for line in spoilt_sentences(preview.shared):
        output.say(line)


def _tell_preview(preview: Preview, output: Output) -> None:
    if not output.as_json:
        _say_preview(preview, output)
        return
    output.record(
        {
            "interactions": preview.interactions,
            "losses": told_losses(preview.losses),
            "held": list(preview.held),
            "nothing": preview.nothing,
            "shared": [
                {
                    "name": p.name,
                    "others": [giid for _, giid in p.others],
                    "held": p.held,
                    "state": p.state.value,
                }
                for p in preview.shared
            ],
        }
    )
