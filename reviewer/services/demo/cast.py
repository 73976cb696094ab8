"""The demo's people, services, numbers and addresses, from `resources/demo/texts`."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from reviewer.models.interaction import Agent
from reviewer.paths import resource_path

if TYPE_CHECKING:
    from random import Random


def load_texts(name: str) -> dict[str, Any]:
    """Return one file of texts, such as `chats_ru`."""
    with resource_path("demo", "texts", f"{name}.toml").open("rb") as file:
        return tomllib.load(file)


@dataclass(frozen=True, slots=True)
class Customer:
    """Somebody who contacts the centre.

    Attributes:
        number: As shown, with spaces.
        digits: The ten digits that they say aloud.
        voice: One of the demo's voices.
    """

    first_name: str
    last_name: str
    number: str
    digits: str
    mail: str
    address: str
    account: str
    voice: str
    fields: tuple[tuple[str, str], ...]

    @property
    def name(self) -> str:
        """First and last name."""
        return f"{self.first_name} {self.last_name}"


class Cast:
    """Everybody and everything of one language."""

    def __init__(self, language: str) -> None:
        self.language = language
        self.texts = load_texts(language)
        self.chats: list[dict[str, Any]] = load_texts(f"chats_{language}")["chats"]
        self.cases: list[dict[str, Any]] = load_texts(f"emails_{language}")["cases"]
        self.agents = tuple(_agent(entry) for entry in self.texts["agents"])
        self.voices = {entry["login"]: str(entry["voice"]) for entry in self.texts["agents"]}
        self.teams = tuple(dict.fromkeys(agent.team for agent in self.agents))
        self.services: dict[str, Any] = self.texts["services"]
        self.words: dict[str, Any] = self.texts["words"]
        self.scenario: dict[str, str] = self.texts["scenario"]
        self.dispositions: dict[str, list[str]] = self.texts["dispositions"]

    def team(self, *numbers: int) -> tuple[Agent, ...]:
        """Return the agents of these teams, counted from 0."""
        names = {self.teams[number] for number in numbers}
        return tuple(agent for agent in self.agents if agent.team in names)

    def customer(self, rng: Random, n: int) -> Customer:
        """Return the n-th customer, always the same for the same random numbers."""
        woman = rng.random() < 0.5
        first = rng.choice(self.words["women" if woman else "men"])
        last = rng.choice(self.words["women_last" if woman else "men_last"])
        number = self._number(rng)
        region = rng.randrange(len(self.words["regions"]))
        fields = self.words["fields"]
        return Customer(
            first_name=first,
            last_name=last,
            number=number,
            digits="".join(c for c in number if c.isdigit())[-10:],
            mail=f"{_latin(last)}{n % 90 + 10}@{rng.choice(self.texts['mail'])}",
            address=f"{rng.choice(self.texts['ip'])}{rng.randrange(1, 255)}",
            account=f"{self.texts['case_prefix']}{rng.randrange(100_000, 1_000_000)}",
            voice=rng.choice(("f1", "f2") if woman else ("m1", "m2")),
            fields=(
                (fields[0], self.words["regions"][region]),
                (fields[1], rng.choice(self.words["plans"])),
            ),
        )

    def _number(self, rng: Random) -> str:
        area = rng.choice(self.texts["cities"])
        if self.language == "ru":
            # Subscribers' numbers never begin with 0.
            return (
                f"{area}{rng.randrange(100):02d}-{rng.randrange(100):02d}-{rng.randrange(100):02d}"
            )
        # The ranges kept free for fiction end in 000 to 999.
        return f"{area}{rng.randrange(1000):03d}"

    def money(self, sum_of: int) -> str:
        """Return a sum as it is written: whole roubles, or pounds and pence."""
        return str(sum_of) if self.language == "ru" else f"{sum_of / 100:.2f}"

    def pick(self, rng: Random, kind: str) -> str:
        """Return one of the dispositions of a kind, such as `solved`."""
        return str(rng.choice(self.dispositions[kind]))


def _agent(entry: dict[str, str]) -> Agent:
    return Agent(
        login=entry["login"],
        first_name=entry["first"],
        last_name=entry["last"],
        team=entry["team"],
        extension=entry["extension"],
    )


_LATIN = "a b v g d e e zh z i y k l m n o p r s t u f h ts ch sh sch _ y _ e yu ya"
_LETTERS = dict(zip("абвгдеёжзийклмнопрстуфхцчшщъыьэюя", _LATIN.split(), strict=True))


def _latin(name: str) -> str:
    return "".join(_LETTERS.get(letter, letter) for letter in name.lower()).replace("_", "")
