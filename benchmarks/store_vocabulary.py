"""Words, names and phrases that the large stores for benchmarks are made of."""

from __future__ import annotations

import random


def _split(text: str) -> tuple[str, ...]:
    return tuple(text.split())


FIRST = _split(
    "Анна Мария Елена Ольга Ирина Татьяна Наталья Светлана Юлия Алёна Пётр Дмитрий Иван Сергей "
    "Андрей Алексей Михаил Николай Владимир Артём Семён Фёдор Kate John"
)
_ROOTS = _split(
    "Иван Петр Сидор Смирн Кузнец Попов Соколов Лебедев Козлов Новиков Морозов Волков Соловьев "
    "Васильев Зайцев Павлов Семенов Голубев Виноградов Богданов Воробьев Федоров Михайлов Беляев "
    "Тарасов Белов Комаров Орлов Киселев Макаров Андреев Ковалев Ильин Гусев Титов Кузьмин "
    "Кудрявцев Баранов Куликов Алексеев Степанов Яковлев Сорокин Сергеев Романов Захаров Борисов "
    "Королев Герасимов Пономарев"
)
LAST = tuple(root if root.endswith(("ов", "ев", "ин")) else root + "ов" for root in _ROOTS)
TEAMS = tuple(f"Группа {number}" for number in range(1, 13))
SERVICES = tuple(
    f"{name} {part}"
    for part in ("физлица", "бизнес", "VIP", "регионы")
    for name in ("Карты", "Кредиты", "Вклады", "Ипотека", "ДБО", "Переводы", "Страхование",
                 "Претензии", "Support", "Взыскание")
)  # fmt: skip
DISPOSITIONS = tuple(
    f"{name}: {part}" if part else name
    for part in ("", "повторно", "перезвонить", "передано")
    for name in ("Решено", "Отказ", "Консультация", "Жалоба", "Не дозвонились", "Заявка принята",
                 "Возврат", "Подключение", "Отключение", "Ошибочный вызов", "Технический сбой",
                 "Нет ответа", "Думает", "Договор расторгнут", "Прочее")
)  # fmt: skip
PROBLEMS = ("Эхо", "Нет звука", "Помехи", "Обрыв связи")
REGIONS = _split(
    "Москва Санкт-Петербург Новосибирск Екатеринбург Казань Томск Омск Самара Уфа Пермь Воронеж "
    "Волгоград Краснодар Саратов Тюмень Тольятти Ижевск Барнаул Иркутск Хабаровск Ярославль "
    "Владивосток Махачкала Кемерово Рязань Пенза Липецк Киров Тула Калуга"
)
ARTICLES = tuple(f"Статья {number}: как оформить возврат" for number in range(1, 201))
TAGS = ("VIP", "на разбор", "образец", "жалоба")
SCENARIOS = tuple(f"Сценарий {number}" for number in range(1, 21))

_NOUNS_A = _split(
    "карт выплат заявк услуг сумм ставк комисси проблем ошибк подписк квартир страховк ипотек "
    "претензи анкет покупк оплат задолженност рассрочк доставк"
)
_NOUNS = _split(
    "договор кредит клиент оператор платеж перевод счет банк процент возврат документ номер "
    "телефон адрес паспорт вклад баланс лимит отдел срок менеджер заказ товар тариф"
)
_ADJECTIVES = _split(
    "кредитн банковск мобильн ежемесячн просроченн основн срочн платежн страхов нов"
)
_VERBS = _split("расторгну оформи верну получи оплати закры проверь подключи отключи перезвони")
_ENGLISH = _split(
    "card payment account contract refund service order transfer question problem agent client "
    "delivery balance credit"
)
_ENDINGS_A = ("а", "ы", "е", "у", "ой", "ам", "ами", "ах")
_ENDINGS = ("", "а", "у", "ом", "е", "ы", "ов", "ам", "ами", "ах")
_ENDINGS_ADJECTIVE = ("ая", "ой", "ую", "ый", "ого", "ому", "ым", "ые", "ых", "ыми")
_ENDINGS_VERB = ("ть", "л", "ла", "ли", "м", "т", "те")
_ENDINGS_ENGLISH = ("", "s", "ed", "ing")
_LITTLE = _split(
    "и в не на я что вы с по у мне это как да нет за есть было все для ваш наш ещё уже сейчас "
    "пожалуйста здравствуйте спасибо подскажите можно нужно the to you please"
)
_SYLLABLES = _split(
    "ба ва га да жа за ка ла ма на па ра са та фа ха ца ча ша бо во го до ко ло мо но по ро со то "
    "би ви ди ки ли ми ни пи ри си ти"
)


def vocabulary(size: int = 22_500) -> list[str]:
    """Return word forms from the most to the least frequent: little words, known ones, the rest.

    The forms of one word stand apart in frequency, as they do in speech.
    """
    rng = random.Random(1)  # noqa: S311 (made-up data)
    known: list[tuple[float, str]] = []
    tables = (
        (_NOUNS, _ENDINGS),
        (_NOUNS_A, _ENDINGS_A),
        (_ADJECTIVES, _ENDINGS_ADJECTIVE),
        (_VERBS, _ENDINGS_VERB),
        (_ENGLISH, _ENDINGS_ENGLISH),
    )
    for roots, endings in tables:
        for place, root in enumerate(roots):
            known.extend(
                ((place + 1) * (1 + rng.random() * 40), root + ending) for ending in endings
            )
    known.sort()
    words = [*_LITTLE, *(word for _, word in known)]
    seen = set(words)
    while len(words) < size:
        root = "".join(rng.choices(_SYLLABLES, k=rng.randint(2, 4)))
        for ending in rng.sample(_ENDINGS, 6):
            word = root + ending
            if word not in seen:
                seen.add(word)
                words.append(word)
    return words[:size]
