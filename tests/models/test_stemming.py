from __future__ import annotations

import pytest

from reviewer.models.criteria.words import stems_of
from reviewer.models.stemming import stem


@pytest.mark.parametrize(
    "forms",
    [
        "карта карты карте карту картой карт картам картами картах",
        "кредит кредита кредиту кредитом кредите кредиты кредитов кредитам",
        "договор договора договору договором договоры договоров",
        "счет счета счетом",
        "кредитная кредитной кредитную кредитный кредитные",
        "card cards",
        "refund refunds refunded refunding",
    ],
)
def test_forms_of_a_word_have_one_stem(forms: str) -> None:
    assert len({stem(form) for form in forms.split()}) == 1


def test_what_is_no_word_stays() -> None:
    for code in ("12345", "a1b2", "x" * 100, ""):
        assert stem(code) == code


def test_stems_are_of_folded_words() -> None:
    assert stems_of("Ещё СЧЁТ!") == stems_of("еще счет")
    assert stems_of("") == frozenset()
