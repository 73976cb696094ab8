"""Errors on their way between two processes: the same class, the same sentence."""

from __future__ import annotations

import json

import pytest

from reviewer import errors
from reviewer.errors import (
    ContentMissingError,
    ImportItemError,
    InternalError,
    Reason,
    ReviewerError,
    StoreError,
)
from reviewer.messages import explain, speaking
from reviewer.models.error_codec import (
    error_as_json,
    error_from_json,
    reason_as_json,
    reason_from_json,
)


def sent(error: BaseException) -> ReviewerError:
    return error_from_json(json.loads(json.dumps(error_as_json(error))))


ALL = sorted(
    (
        cls
        for cls in vars(errors).values()
        if isinstance(cls, type) and issubclass(cls, ReviewerError)
    ),
    key=lambda cls: cls.code,
)


@pytest.mark.parametrize("cls", ALL, ids=lambda cls: cls.code)
def test_every_error_arrives_as_what_it_was(cls):
    fields = {"reason": "busy", "store": "Ставрополь \udcff", "known": 3, "name": None}
    arrived = sent(cls(**fields))
    assert type(arrived) is cls
    assert arrived.fields == fields


@pytest.mark.parametrize("language", ["en", "ru"])
def test_clauses_and_causes_arrive_and_are_worded_here(language):
    cause = ContentMissingError(name="a.wav")
    error = StoreError(
        store="calls",
        reason=Reason("the importer “{kind}” says: {cause}", kind="x", cause=cause),
    )
    with speaking(language):
        assert explain(sent(error)) == explain(error)
        assert explain(cause) in explain(sent(error))


def test_a_clause_arrives():
    reason = Reason("row {n}: {reason}", n=7, reason=Reason("too long"))
    arrived = reason_from_json(json.loads(json.dumps(reason_as_json(reason))))
    assert explain(ImportItemError(reason=arrived)) == "row 7: too long"


def test_what_has_no_code_arrives_without_its_text():
    arrived = sent(ValueError("+7 916 1234567"))
    assert isinstance(arrived, InternalError)
    assert arrived.fields == {"reason": "ValueError"}


def test_a_code_of_another_version_is_an_internal_error():
    arrived = error_from_json({"code": "from.the_future", "fields": {}})
    assert isinstance(arrived, InternalError)
    assert arrived.fields == {"reason": "from.the_future"}
