"""Errors as JSON values and back, for what reaches us from another process of the program.

The other side sends code and fields, not a sentence: the error is worded where it is shown, in
the language in force there.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from reviewer.errors import InternalError, Reason, ReviewerError


def error_as_json(error: BaseException) -> dict[str, object]:
    """Return an error as a JSON value; what has no code becomes an internal error."""
    if not isinstance(error, ReviewerError):
        # Its text may hold customers' data.
        error = InternalError(reason=type(error).__name__)
    return {"code": error.code, "fields": _fields_as_json(error.fields)}


def error_from_json(value: dict[str, Any]) -> ReviewerError:
    """Return the error that `error_as_json` was given; of a code unknown here an internal one."""
    code = str(value["code"])
    fields = {name: _from_json(field) for name, field in value["fields"].items()}
    found = _classes().get(code)
    return found(**fields) if found is not None else InternalError(reason=code)


def reason_as_json(reason: Reason) -> dict[str, object]:
    """Return a clause as a JSON value."""
    return {"template": reason.template, "fields": _fields_as_json(reason.fields)}


def reason_from_json(value: dict[str, Any]) -> Reason:
    """Return the clause that `reason_as_json` was given."""
    fields = {name: _from_json(field) for name, field in value["fields"].items()}
    return Reason(str(value["template"]), **fields)


def _fields_as_json(fields: dict[str, object]) -> dict[str, object]:
    return {name: _as_json(field) for name, field in fields.items()}


def _as_json(value: object) -> object:
    if isinstance(value, Reason):
        return {"reason": reason_as_json(value)}
    if isinstance(value, BaseException):
        return {"error": error_as_json(value)}
    return value if value is None or isinstance(value, str | int | float) else str(value)


def _from_json(value: object) -> object:
    if isinstance(value, dict):
        if "reason" in value:
            return reason_from_json(value["reason"])
        return error_from_json(value["error"])
    return value


@cache
def _classes() -> dict[str, type[ReviewerError]]:
    found = {ReviewerError.code: ReviewerError}
    waiting = [ReviewerError]
    while waiting:
        for cls in waiting.pop().__subclasses__():
            found[cls.code] = cls
            waiting.append(cls)
    return found
