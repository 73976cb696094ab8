"""`reviewer keys`: encrypting a store, its keys, and what opens it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from reviewer.cli.options import add_verbs
from reviewer.cli.passphrases import NEW_VARIABLE, VARIABLE, ask_passphrase, new_passphrase
from reviewer.cli.requests import tell_asked
from reviewer.crypto.secret import Secret
from reviewer.errors import N_, SecondPersonError, StoreBusyError, UsageError
from reviewer.messages import format_count, format_instant, ntr, tr, translated
from reviewer.models.encryption import ALL_SEALED, TITLES, SealedKind
from reviewer.models.ids import WallUs
from reviewer.services.facts import iso_instant
from reviewer.services.wording import words_of_older_ring

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Mapping

    from reviewer.cli.context import Context, Output
    from reviewer.models.encryption import EncryptionState, KeyInfo, Reencrypted
    from reviewer.models.requests import Request
    from reviewer.storage.store import Session

LOSING: Final = N_(
    "Whoever loses the passphrase loses the content: nobody can restore it. Make a recovery key, "
    "print it and keep it in a safe place: reviewer keys recovery"
)
_LOCKS: Final = {
    "passphrase": N_("passphrase"),
    "recovery": N_("recovery key"),
    "system": N_("the system's key store"),
    "file": N_("key file"),
}


def configure(parser: argparse.ArgumentParser) -> None:
    """Describe the command's own arguments."""
    parser.epilog = tr(
        "Example: {example}",
        example="""reviewer keys encrypt --store calls
  reviewer keys create --store calls
  reviewer keys reencrypt --store calls""",
    )
    add_verbs(
        parser,
        {
            "list": (tr("the keys, when they were made, and what opens the store"), _nothing),
            "create": (tr("make a new key; earlier ones go on decrypting"), _nothing),
            "reencrypt": (tr("move all content under the current key"), _reencrypting),
            "roll": (tr("move everything under a new key, destroy earlier ones"), _rolling),
            "recovery": (tr("make a new recovery key, or check one"), _recovering),
            "passphrase": (tr("set another passphrase"), _setting),
            "encrypt": (tr("encrypt a store that is in the clear"), _encrypting),
            "decrypt": (tr("put a store into the clear"), _decrypting),
            "kinds": (tr("choose what is stored encrypted"), _choosing),
            "system": (tr("let the system's key store open the store, or no more"), _switching),
            "file": (tr("write a key file that opens the store"), _writing),
            "ring": (tr("keep the key ring elsewhere"), _moving),
        },
    )


def _nothing(_parser: argparse.ArgumentParser) -> None:
    """Describe no arguments."""


def _rolling(parser: argparse.ArgumentParser) -> None:
    _add_reason(parser)


def _add_reason(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--reason", help=tr("where a second person is needed: ask for one, and why")
    )


def _reencrypting(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--afresh",
        action="store_true",
        help=tr("write the content anew with fresh keys, for when an earlier key became known"),
    )
    _add_reason(parser)


def _recovering(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--check",
        metavar="FILE",
        nargs="?",
        const="",
        help=tr("check a recovery key instead: the file it is in, or ask for it"),
    )


def _setting(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--new-password-file",
        metavar="FILE",
        help=tr("the new passphrase; else ${variable}, else ask", variable=NEW_VARIABLE),
    )


def _encrypting(parser: argparse.ArgumentParser) -> None:
    _add_kinds(parser)
    parser.add_argument(
        "--ring", metavar="FILE", help=tr("keep the key ring here; default: in the store's folder")
    )


def _decrypting(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--yes", action="store_true", help=tr("do not ask"))
    _add_reason(parser)


def _choosing(parser: argparse.ArgumentParser) -> None:
    _add_kinds(parser)


def _add_kinds(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "kinds",
        metavar="KIND",
        nargs="*",
        help=tr("chat, sms, email, screen, voice; default: all"),
    )


def _switching(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("switch", choices=["on", "off"])


def _writing(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("path", metavar="FILE", help=tr("a file that is not there yet"))


def _moving(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "path", metavar="FILE", nargs="?", help=tr("where to; default: the store's folder")
    )


def run(context: Context, arguments: argparse.Namespace) -> int:
    """Do what the command within the command says."""
    with context.session() as session:
        return _VERBS[arguments.verb](context, session, arguments)


def kinds_of(names: list[str]) -> frozenset[SealedKind]:
    """Return the kinds that were named, all where none was.

    Raises:
        UsageError: There is no such kind.
    """
    known = {kind.value for kind in SealedKind}
    if not set(names) <= known:
        raise UsageError(reason=N_("the kinds are: chat, sms, email, screen, voice"))
    return frozenset(SealedKind(name) for name in names) or ALL_SEALED


# --- showing


def _list(context: Context, session: Session, _arguments: argparse.Namespace) -> int:
    state, output = session.keys.state(), context.output
    if output.as_json:
        output.record(_as_json(state))
        return 0
    if not state.encrypted:
        output.line(tr("The store is not encrypted."))
        return 0
    kinds = ", ".join(translated(TITLES[kind]) for kind in sorted(state.sealed))
    output.line(tr("Stored encrypted: {kinds}.", kinds=kinds or tr("the catalogue only")))
    for key in state.keys:
        output.line(_key_line(key, session))
    locks = ", ".join(translated(_LOCKS[kind]) for kind, _ in state.locks)
    output.line(tr("It opens with: {locks}.", locks=locks))
    output.line(tr("Key ring: {path}", path=state.ring))
    if state.unknown:
        output.line(words_of_older_ring(state.unknown))
    if state.ring_of:
        output.line(
            tr(
                "It belongs to the store {other}, of which this is a copy. To give this store one "
                "of its own: {command}",
                other=state.ring_of,
                command="reviewer keys ring FILE",
            )
        )
    if state.in_clear or state.outdated:
        output.line(
            tr(
                "In the clear: {clear}. Under an earlier key: {old}. To move them: "
                "reviewer keys reencrypt",
                clear=format_count(state.in_clear),
                old=format_count(state.outdated),
            )
        )
    if state.unfinished:
        unfinished = tr(
            "Destroying earlier keys did not end; go on once no other program has the store open: "
            "{command}",
            command="reviewer keys roll",
        )
        output.line(unfinished)
    return 0


def _key_line(key: KeyInfo, session: Session) -> str:
    zone = session.settings.zone
    made = format_instant(WallUs(key.made_us), zone)
    if key.destroyed_us is not None:
        gone = format_instant(WallUs(key.destroyed_us), zone)
        return tr("Key {n}: made {made}, destroyed {gone}", n=key.number, made=made, gone=gone)
    count = ntr("{n} object", "{n} objects", key.objects)
    if key.current:
        return tr("Key {n}: made {made}, current, {count}", n=key.number, made=made, count=count)
    return tr("Key {n}: made {made}, {count}", n=key.number, made=made, count=count)


def _as_json(state: EncryptionState) -> dict[str, object]:
    return {
        "encrypted": state.encrypted,
        "kinds": sorted(kind.value for kind in state.sealed),
        "keys": [
            {
                "number": key.number,
                "made": iso_instant(WallUs(key.made_us)),
                "destroyed": (
                    None if key.destroyed_us is None else iso_instant(WallUs(key.destroyed_us))
                ),
                "objects": key.objects,
                "current": key.current,
            }
            for key in state.keys
        ],
        "locks": [
            {"kind": kind, "made": iso_instant(WallUs(made_us))} for kind, made_us in state.locks
        ],
        "ring": state.ring or None,
        "ring_of": state.ring_of or None,
        "in_clear": state.in_clear,
        "outdated": state.outdated,
        "unknown": state.unknown,
        "unfinished": state.unfinished,
    }


def _tell(done: Reencrypted, output: Output, said: str) -> int:
    """Say what became of content, and of what could not be read; return the exit code."""
    if output.as_json:
        output.record(
            {
                "sealed": done.sealed,
                "unsealed": done.unsealed,
                "rewrapped": done.rewrapped,
                "failed": [{"item": name, "reason": reason} for name, reason in done.failed],
            }
        )
        return 1 if done.failed else 0
    if not done.failed:
        output.line(said)
    output.line(
        tr(
            "Encrypted: {sealed}. Decrypted: {unsealed}. Keys wrapped anew: {rewrapped}.",
            sealed=format_count(done.sealed),
            unsealed=format_count(done.unsealed),
            rewrapped=format_count(done.rewrapped),
        )
    )
    for _name, reason in done.failed:
        output.say(reason)
    if done.failed:
        output.say(tr("No key was destroyed: mend or delete these recordings, and run it again."))
    return 1 if done.failed else 0


# --- keys


def _create(context: Context, session: Session, _arguments: argparse.Namespace) -> int:
    key, _ = session.keys.create()
    if context.output.as_json:
        context.output.record({"key": key.number, "made": iso_instant(WallUs(key.made_us))})
    else:
        context.output.line(_key_line(key, session))
    return 0


def _reencrypt(context: Context, session: Session, arguments: argparse.Namespace) -> int:
    bar = context.output.progress(tr("Re-encrypting"))
    try:
        done, _ = session.keys.reencrypt(afresh=arguments.afresh, progress=bar)
    except SecondPersonError as error:
        return _asked(error, context, session, arguments, session.requests.ask_fresh)
    finally:
        bar.end()
    if arguments.afresh and not done.sealed:
        context.output.say(
            tr(
                "Nothing was written anew: only what is under earlier keys is. If the current key "
                "may be known, make a new one first: {command}",
                command="reviewer keys create",
            )
        )
    return _tell(done, context.output, tr("All content is under the current key."))


def _roll(context: Context, session: Session, arguments: argparse.Namespace) -> int:
    bar = context.output.progress(tr("Moving under a new key"))
    try:
        done, _ = session.keys.roll(progress=bar)
    except SecondPersonError as error:
        return _asked(error, context, session, arguments, session.requests.ask_roll)
    except StoreBusyError:
        if session.keys.state().unfinished:
            begun = tr(
                "What could be destroyed while another program has the store open is; the rest "
                "takes the same command once it has not."
            )
            context.output.say(begun)
        raise
    finally:
        bar.end()
    said = tr("Earlier keys are destroyed: copies made before cannot be read with this key ring.")
    return _tell(done, context.output, said)


def _encrypt(context: Context, session: Session, arguments: argparse.Namespace) -> int:
    kinds = kinds_of(arguments.kinds)
    if session.keys.state().encrypted:
        raise UsageError(reason=N_("the store is encrypted already"))
    passphrase = new_passphrase(context.password_file, VARIABLE)
    bar = context.output.progress(tr("Encrypting"))
    try:
        done, _ = session.keys.encrypt(
            passphrase,
            kinds,
            ring_at=Path(arguments.ring) if arguments.ring else None,
            progress=bar,
        )
    finally:
        bar.end()
    code = _tell(done, context.output, tr("The store is encrypted."))
    context.output.say(translated(LOSING))
    return code


def _decrypt(context: Context, session: Session, arguments: argparse.Namespace) -> int:
    if not arguments.yes:
        raise UsageError(
            reason=N_("everything would lie in the clear afterwards; say --yes if that is wanted")
        )
    bar = context.output.progress(tr("Decrypting"))
    try:
        done, _ = session.keys.decrypt(progress=bar)
    except SecondPersonError as error:
        return _asked(error, context, session, arguments, session.requests.ask_decrypt)
    finally:
        bar.end()
    return _tell(done, context.output, tr("The store is in the clear."))


def _asked(
    error: SecondPersonError,
    context: Context,
    session: Session,
    arguments: argparse.Namespace,
    ask: Callable[[str], tuple[Request, object]],
) -> int:
    """Ask for a second person where a reason was given; else the refusal goes on."""
    if not arguments.reason:
        raise error
    request, _ = ask(arguments.reason)
    return tell_asked(request, session, context.output)


def _kinds(context: Context, session: Session, arguments: argparse.Namespace) -> int:
    session.keys.set_sealed(kinds_of(arguments.kinds))
    return _list(context, session, arguments)


# --- what opens the store


def _recovery(context: Context, session: Session, arguments: argparse.Namespace) -> int:
    output = context.output
    if arguments.check is None:
        key = session.keys.make_recovery()
        if output.as_json:
            output.record({"recovery": key})
            return 0
        output.line(key)
        output.say(
            tr(
                "This key opens the store without the passphrase. It is shown this once; an "
                "earlier recovery key opens no more."
            )
        )
        return 0
    text = _checked_text(arguments.check)
    right = session.keys.check_recovery(text)
    if output.as_json:
        output.record({"right": right})
    else:
        output.line(
            tr("This recovery key opens the store.")
            if right
            else tr("This recovery key does not open the store.")
        )
    return 0 if right else 1


def _checked_text(file: str) -> str:
    if file:
        return new_passphrase(file, "")
    text = ask_passphrase(tr("Recovery key"))
    if text is None:
        raise UsageError(reason=N_("nobody is there to type the recovery key; name a file"))
    return text


def _passphrase(context: Context, session: Session, arguments: argparse.Namespace) -> int:
    old = context.opener()
    if old is None or isinstance(old, Secret):
        old = ask_passphrase(tr("The passphrase so far, or the recovery key"))
    if old is None:
        raise UsageError(reason=N_("the passphrase so far is needed"))
    new = new_passphrase(arguments.new_password_file, NEW_VARIABLE, "--new-password-file")
    session.keys.change_passphrase(old, new)
    if context.output.as_json:
        context.output.record({"changed": True})
    else:
        context.output.line(tr("The passphrase is changed."))
        context.output.say(translated(LOSING))
    return 0


def _system(context: Context, session: Session, arguments: argparse.Namespace) -> int:
    session.keys.use_system(kept=arguments.switch == "on")
    return _list(context, session, arguments)


def _file(context: Context, session: Session, arguments: argparse.Namespace) -> int:
    session.keys.make_key_file(Path(arguments.path))
    if context.output.as_json:
        context.output.record({"file": arguments.path})
    else:
        context.output.line(
            tr("{file} opens the store: keep it where nobody else reads it.", file=arguments.path)
        )
    return 0


def _ring(context: Context, session: Session, arguments: argparse.Namespace) -> int:
    session.keys.move_ring(Path(arguments.path) if arguments.path else None)
    return _list(context, session, arguments)


_VERBS: Final[Mapping[str, Callable[[Context, Session, argparse.Namespace], int]]] = {
    "list": _list,
    "create": _create,
    "reencrypt": _reencrypt,
    "roll": _roll,
    "recovery": _recovery,
    "passphrase": _passphrase,
    "encrypt": _encrypt,
    "decrypt": _decrypt,
    "kinds": _kinds,
    "system": _system,
    "file": _file,
    "ring": _ring,
}
