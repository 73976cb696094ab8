"""`reviewer users`: who may use the store, and their passwords."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

from reviewer.cli.options import add_verbs
from reviewer.cli.passphrases import ask_passphrase, given_new_password, new_password
from reviewer.errors import N_, Reason, UsageError
from reviewer.messages import format_instant, ntr, tr
from reviewer.models.access import Privilege, UserChange, check_password
from reviewer.models.folding import fold
from reviewer.models.ids import WallUs
from reviewer.services.accounts import (
    explanation_clauses,
    explanation_sentence,
    listed,
    password_warning,
    role_named,
    sign_in_as_json,
    user_as_json,
    user_named,
)

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

    from reviewer.cli.context import Context
    from reviewer.models.access import SignIn, User
    from reviewer.models.explaining import Explanation
    from reviewer.storage.facets.people import People
    from reviewer.storage.store import Session

_EXAMPLES: Final = {
    "list": "reviewer users list --json",
    "add": 'reviewer users add petrova --name "Ольга Петрова" --role qm_evaluator --teams Sales',
    "change": "reviewer users change petrova --role supervisor --teams Sales,Claims",
    "disable": "reviewer users disable petrova",
    "enable": "reviewer users enable petrova",
    "delete": "reviewer users delete petrova",
    "password": "reviewer users password petrova",
    "unlock": "reviewer users unlock petrova",
    "explain": "reviewer users explain petrova F0A5E40B-0D8C-4B0E-9C3B-6B1D5D5C7A11",
    "places": "reviewer users places --json",
    "sign-out": "reviewer users sign-out petrova",
    "who": "reviewer users who F0A5E40B-0D8C-4B0E-9C3B-6B1D5D5C7A11",
}


def configure(parser: argparse.ArgumentParser) -> None:
    """Describe the command's own arguments."""
    parser.epilog = tr("Example: {example}", example=_EXAMPLES["add"])
    add_verbs(
        parser,
        {
            "list": (tr("list all users"), _nothing),
            "add": (tr("add a user"), _adding),
            "change": (tr("change what is known of a user and what they may"), _changing),
            "disable": (tr("let a user log in no more"), _login),
            "enable": (tr("let a disabled user log in again"), _login),
            "delete": (tr("delete a user who left nothing behind"), _login),
            "password": (tr("give a user, or yourself, a new password"), _password),
            "unlock": (tr("let a locked-out user try again"), _login),
            "explain": (tr("say why a user sees an interaction, or does not"), _explaining),
            "places": (tr("list where you, or all users, are signed in"), _nothing),
            "sign-out": (tr("sign a user out, everywhere or in one place"), _signing_out),
            "who": (tr("list who sees an interaction, and why"), _giid),
        },
        _EXAMPLES,
    )


def _nothing(_parser: argparse.ArgumentParser) -> None:
    """Describe no arguments."""


def _login(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("login", metavar="LOGIN", help=tr("whose"))


def _adding(parser: argparse.ArgumentParser) -> None:
    _changing(parser)
    parser.add_argument(
        "--new-password-file",
        metavar="FILE",
        help=tr("their first password, to be changed at once; else $REVIEWER_NEW_PASSWORD"),
    )


def _changing(parser: argparse.ArgumentParser) -> None:
    _login(parser)
    parser.add_argument("--name", help=tr("first and last name"))
    parser.add_argument(
        "--role",
        metavar="ROLE",
        action="append",
        help=tr("a role, by its key or its name; several times for several; '' for none"),
    )
    parser.add_argument("--team", help=tr("their own team"))
    parser.add_argument("--extension", help=tr("their extension"))
    parser.add_argument(
        "--teams", metavar="A,B", help=tr("teams to supervise or evaluate; '' for none")
    )
    parser.add_argument("--services", metavar="A,B", help=tr("services assigned; '' for none"))


def _giid(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("giid", metavar="GIID", help=tr("the interaction"))


def _signing_out(parser: argparse.ArgumentParser) -> None:
    _login(parser)
    parser.add_argument(
        "--place",
        metavar="NUMBER",
        type=int,
        help=tr("only here; the numbers: reviewer users places"),
    )


def _explaining(parser: argparse.ArgumentParser) -> None:
    _login(parser)
    _giid(parser)


def _password(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("login", metavar="LOGIN", nargs="?", help=tr("whose; default: your own"))
    parser.add_argument(
        "--new-password-file",
        metavar="FILE",
        help=tr("the new password; else $REVIEWER_NEW_PASSWORD, else it is asked for"),
    )
    parser.add_argument(
        "--keep", action="store_true", help=tr("it need not be changed when they log in")
    )
    parser.add_argument(
        "--none", action="store_true", help=tr("take the password away: no password is asked for")
    )


def run(context: Context, arguments: argparse.Namespace) -> int:
    """Do what the command within the command says."""
    context.changes_password = arguments.verb == "password" and arguments.login is None
    with context.session() as session:
        return _VERBS[arguments.verb](context, session, arguments)


# --- telling


def _list(context: Context, session: Session, _arguments: argparse.Namespace) -> int:
    users = session.people.users()
    warning = password_warning(users)
    if warning:
        context.output.say(warning)
    for user in users:
        if context.output.as_json:
            context.output.record(user_as_json(user))
        else:
            context.output.line(_told(session, user))
    return 0


def _told(session: Session, user: User) -> str:
    words = [user.login, user.display_name, ", ".join(user.roles) or tr("no role")]
    if user.team:
        words.append(tr("team {name}", name=user.team))
    if user.teams:
        words.append(tr("supervises {names}", names=", ".join(sorted(user.teams))))
    if user.services:
        words.append(tr("services {names}", names=", ".join(sorted(user.services))))
    if user.disabled:
        words.append(tr("disabled"))
    if not user.has_password:
        words.append(tr("no password"))
    elif user.must_change_password:
        words.append(tr("must change the password"))
    if user.locked_until_us > time.time_ns() // 1000:
        until = format_instant(WallUs(user.locked_until_us), session.settings.zone)
        words.append(tr("locked until {until}", until=until))
    return "  ".join(words)


def _answer(context: Context, session: Session, user: User) -> int:
    if context.output.as_json:
        context.output.record(user_as_json(user))
    else:
        context.output.line(_told(session, user))
    return 0


def _fresh(session: Session, user: User) -> User:
    return user_named(session.people, user.login)


# --- changing


def _listed(text: str | None) -> tuple[str, ...] | None:
    if text is None:
        return None
    return listed(text)


def _roles(people: People, names: list[str] | None) -> tuple[str, ...] | None:
    if names is None:
        return None
    roles = people.roles()
    return tuple(dict.fromkeys(role_named(roles, name).key for name in names if name.strip()))


def _add(context: Context, session: Session, arguments: argparse.Namespace) -> int:
    people = session.people
    # Before anything is entered; nobody is asked.
    password = given_new_password(arguments.new_password_file)
    if password:
        check_password(password, arguments.login)
    user, _ = people.add_user(
        arguments.login,
        arguments.name or "",
        _roles(people, arguments.role) or (),
        teams=_listed(arguments.teams) or (),
        services=_listed(arguments.services) or (),
    )
    if arguments.team or arguments.extension:
        change = UserChange(team=arguments.team, extension=arguments.extension)
        user, _ = people.change_user(user.id, change)
    if password:
        people.set_password(user.id, password)
    elif not context.output.as_json:
        context.output.say(tr("{login} has no password yet.", login=user.login))
    return _answer(context, session, _fresh(session, user))


def _change(context: Context, session: Session, arguments: argparse.Namespace) -> int:
    people = session.people
    change = UserChange(
        display_name=arguments.name,
        roles=_roles(people, arguments.role),
        teams=_listed(arguments.teams),
        services=_listed(arguments.services),
        team=arguments.team,
        extension=arguments.extension,
    )
    if not change.changed():
        raise UsageError(reason=N_("nothing is to change; see --help"))
    user, _ = people.change_user(user_named(people, arguments.login).id, change)
    return _answer(context, session, user)


def _switch(context: Context, session: Session, arguments: argparse.Namespace) -> int:
    people = session.people
    change = UserChange(disabled=arguments.verb == "disable")
    user, _ = people.change_user(user_named(people, arguments.login).id, change)
    return _answer(context, session, user)


def _delete(context: Context, session: Session, arguments: argparse.Namespace) -> int:
    user = user_named(session.people, arguments.login)
    session.people.remove_user(user.id)
    if context.output.as_json:
        context.output.record({"deleted": user.login})
    else:
        context.output.line(tr("Deleted: {login}", login=user.login))
    return 0


def _unlock(context: Context, session: Session, arguments: argparse.Namespace) -> int:
    user = user_named(session.people, arguments.login)
    session.people.unlock(user.id)
    return _answer(context, session, _fresh(session, user))


# --- explaining


def _explain(context: Context, session: Session, arguments: argparse.Namespace) -> int:
    explained = session.people.explain(arguments.giid)
    login = user_named(session.people, arguments.login).login
    (found,) = (one for one in explained if one.user.login == login)
    _say(context, found)
    return 0


def _who(context: Context, session: Session, arguments: argparse.Namespace) -> int:
    for found in session.people.explain(arguments.giid):
        if found.sees:
            _say(context, found)
    return 0


def _say(context: Context, found: Explanation) -> None:
    reasons = explanation_clauses(found)
    if context.output.as_json:
        context.output.record({"login": found.user.login, "sees": found.sees, "why": reasons})
    else:
        context.output.line(explanation_sentence(found))


# --- where they are signed in


def _places(context: Context, session: Session, _arguments: argparse.Namespace) -> int:
    for place in session.people.sign_ins():
        if context.output.as_json:
            context.output.record(sign_in_as_json(place))
        else:
            context.output.line(_place_line(session, place))
    return 0


def _place_line(session: Session, place: SignIn) -> str:
    zone = session.settings.zone
    words = [
        str(place.number),
        place.login,
        place.origin,
        tr("since {at}", at=format_instant(place.began_us, zone)),
        tr("used {at}", at=format_instant(place.seen_us, zone)),
    ]
    return "  ".join([*words, tr("this command")] if place.is_here else words)


def _sign_out(context: Context, session: Session, arguments: argparse.Namespace) -> int:
    """Sign a user out everywhere else, or in one place."""
    login, wanted = fold(arguments.login), arguments.place
    theirs = [place for place in session.people.sign_ins() if fold(place.login) == login]
    if not theirs:
        # One who is signed in nowhere is told from one who is not there.
        user_named(session.people, arguments.login)
    chosen = [
        place
        for place in theirs
        if (not place.is_here if wanted is None else place.number == wanted)
    ]
    if wanted is not None and not chosen:
        reason = N_("{name} is not signed in there: {number}")
        raise UsageError(reason=Reason(reason, name=arguments.login, number=wanted))
    for place in chosen:
        session.people.sign_out(place.number)
    if context.output.as_json:
        context.output.record({"signed_out": [place.number for place in chosen]})
    else:
        n = len(chosen)
        context.output.line(ntr("Signed out in {n} place.", "Signed out in {n} places.", n))
    return 0


# --- passwords


def _set_password(context: Context, session: Session, arguments: argparse.Namespace) -> int:
    me = session.people.me
    login = arguments.login or me.login
    if fold(login) == fold(me.login) and not arguments.none:
        _own_password(context, session, arguments)
    else:
        user = user_named(session.people, login)
        login = user.login
        password = "" if arguments.none else new_password(arguments.new_password_file)
        session.people.set_password(user.id, password, must_change=not arguments.keep)
    if context.output.as_json:
        context.output.record({"login": login, "password": not arguments.none})
    else:
        context.output.line(tr("The password of {login} was changed.", login=login))
    _warn_of_open_doors(context, session)
    return 0


def _warn_of_open_doors(context: Context, session: Session) -> None:
    """Name those whom their login alone lets in, where others have passwords."""
    if not session.people.me.may(Privilege.ADMIN_USERS):
        return
    users = [user for user in session.people.users() if not user.disabled]
    bare = [user.login for user in users if not user.has_password]
    if bare and len(bare) < len(users):
        context.output.say(
            tr(
                "Anybody is let in as these users, who have no password: {logins}",
                logins=", ".join(bare),
            )
        )


def _own_password(context: Context, session: Session, arguments: argparse.Namespace) -> None:
    """Change one's own: the present one is what one logged in with, or asked for again."""
    old = ""
    if session.people.me.has_password:
        old = context.given_password(session.store) or context.typed_password
        if not old:
            old = ask_passphrase(tr("Present password")) or ""
    session.people.change_password(old, new_password(arguments.new_password_file))


_VERBS: Final[dict[str, Callable[[Context, Session, argparse.Namespace], int]]] = {
    "list": _list,
    "add": _add,
    "change": _change,
    "disable": _switch,
    "enable": _switch,
    "delete": _delete,
    "password": _set_password,
    "unlock": _unlock,
    "explain": _explain,
    "who": _who,
    "places": _places,
    "sign-out": _sign_out,
}
