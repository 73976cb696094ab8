"""Which file belongs to which message of an email."""

from __future__ import annotations

import pytest

from reviewer.models.letters import files_by_message


@pytest.mark.parametrize(
    ("written", "began", "names", "found"),
    [
        ((5,), (None,), ("any.eml",), [0]),
        ((1, 2, 3), (None,) * 3, ("a-1.eml", "a-2.eml", "a-3.eml"), [0, 1, 2]),
        # They count in the order in which the messages were written, wherever they lie.
        ((1, 2, 3), (None,) * 3, ("10.eml", "8.eml", "9.eml"), [1, 2, 0]),
        ((3, 1, 2), (None,) * 3, ("m1.eml", "m2.eml", "m3.eml"), [2, 0, 1]),
        ((1, 2), (None,) * 2, ("09.eml", "10.eml"), [0, 1]),
        # Their own times tell more than their names.
        ((1, 2), (2, 1), ("1.eml", "2.eml"), [1, 0]),
        ((1, 2), (2, 1), ("", ""), [1, 0]),
        # Nothing tells.
        ((1, 2), (None,) * 2, ("", ""), []),
        ((1, 2), (None,) * 2, ("letter.eml", "reply.eml"), []),
        ((1, 2), (None,) * 2, ("88123.eml", "90417.eml"), []),
        ((1, 2), (None,) * 2, ("2-1.eml", "1-2.eml"), []),
        ((1, 2), (None,) * 2, ("1.eml", "2.msg"), []),
        ((1, 1), (1, 1), ("a.eml", "b.eml"), []),
        ((1, 2), (None,) * 3, ("1.eml", "2.eml", "3.eml"), []),
        ((), (), (), []),
    ],
)
def test_files_are_messages_where_times_or_names_tell(
    written: tuple[int, ...],
    began: tuple[int | None, ...],
    names: tuple[str, ...],
    found: list[int],
) -> None:
    assert files_by_message(written, began, names) == found
