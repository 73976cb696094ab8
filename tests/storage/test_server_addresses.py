"""Addresses of stores on a server: read, shown without what is secret, refused where it shows."""

from __future__ import annotations

import sys
from pathlib import Path

import psycopg
import pytest

from reviewer.errors import DriverMissingError, ReviewerError, UsageError
from reviewer.storage.address import (
    content_folder,
    driver_version,
    folder_of,
    is_store,
    lasting,
    name_of,
    open_address,
    require_no_secret,
)
from reviewer.storage.catalogue.postgresql.address import parse

FULL = "postgresql://anna:top%20secret@db.example:5433/calls?sslmode=require&media=/srv/my%20media"


def test_an_address_is_told_apart_and_shown_without_its_password() -> None:
    address = parse(FULL)
    shown = "postgresql://anna@db.example:5433/calls?sslmode=require&media=/srv/my%20media"
    assert address.shown == lasting(FULL) == shown
    assert address.media == content_folder(FULL) == Path("/srv/my media")
    assert address.connection == FULL.replace("&media=/srv/my%20media", "")
    assert "secret" not in repr(address)
    assert name_of(FULL) == "calls"
    assert name_of("postgresql://h/?dbname=other&media=/m") == "other"
    assert is_store(FULL)
    assert parse(shown).shown == shown


@pytest.mark.parametrize(
    "secret",
    [
        "postgresql://u:planted@h/d?media=/m",
        "postgres://u@h/d?password=planted&media=/m",
        "postgresql://u:p@ss:planted@h/d?media=/m",
        "postgresql://u@h/d?sslpassword=planted&media=/m",
        "postgresql://u@h/d?oauth_client_secret=planted&media=/m",
        "postgresql://u:planted@[::1/d?media=/m",
        "postgresql://u:planted@h/d",
        "postgresql://u:planted@h/d?media=",
        "postgresql://u:planted@h/d?media=/m#x",
        "postgresql://u:planted@h:none/d?media=/m",
        "postgresql://u:planted@h/d?nosuch=1&media=/m",
    ],
)
def test_a_password_is_in_no_text(secret: str, caplog: pytest.LogCaptureFixture) -> None:
    told = [lasting(secret)]
    for call in (open_address, lambda url: repr(parse(url))):
        try:
            told.append(str(call(secret)))
        except ReviewerError as error:
            told += [str(error), repr(error), repr(error.fields)]
    assert "planted" not in " ".join([*told, caplog.text])


@pytest.mark.parametrize(
    "wrong",
    ["postgresql://u@h/d", "postgresql://u@h/d?media=", "postgresql://u@h/d?media=/a&media=/b"],
)
def test_an_address_says_where_the_media_are(wrong: str) -> None:
    with pytest.raises(UsageError, match=r"\?media=FOLDER"):
        open_address(wrong)


def test_an_address_that_the_driver_cannot_read_is_named_without_its_words() -> None:
    for wrong in ("postgresql://u@h/d?nosuch=1&media=/m", "postgresql://u@[::1/d?media=/m"):
        with pytest.raises(UsageError, match="cannot be read"):
            open_address(wrong)


def test_an_argument_has_no_password_in_it() -> None:
    for address in (FULL, "postgresql://h/d?password=x&media=/m"):
        with pytest.raises(UsageError, match="PGPASSWORD"):
            require_no_secret(address)
    for address in ("postgresql://anna@h/d?passfile=/p&media=/m", "/srv/store", "a:b@c"):
        require_no_secret(address)


def test_the_home_of_nobody_is_a_folder_of_that_name() -> None:
    """Told as an error of the program, it was."""
    assert folder_of("~nobody-of-that-name/calls") == Path("~nobody-of-that-name/calls")
    assert folder_of("~/calls") == Path.home() / "calls"
    media = parse("postgresql://anna@host/calls?media=~nobody-of-that-name").media
    assert media == Path.cwd() / "~nobody-of-that-name"


def test_a_missing_driver_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    address = "postgresql://anna:planted@h/d?media=/m"
    assert driver_version(address) == psycopg.__version__
    assert driver_version("/srv/store") is None
    for name in list(sys.modules):
        if name.startswith(("psycopg", "reviewer.storage.catalogue.postgresql.d")) or name in (
            "reviewer.storage.local.postgresql",
            "reviewer.storage.catalogue.postgresql.faults",
        ):
            monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "psycopg", None)
    for call in (open_address, driver_version):
        with pytest.raises(DriverMissingError, match="psycopg") as caught:
            call(address)
        assert "planted" not in str(caught.value)
