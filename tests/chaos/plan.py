"""What people will do and what will break, from a seed alone: the same seed makes the same plan."""

import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal

Engine = Literal["sqlite", "postgres"]

PEOPLE: Final = tuple(f"person{number:02}" for number in range(12))
DECLARE_EVERY: Final = 30
"""Operations, about: so often an incident is declared."""
UNDER_WAY: Final = 6
"""So many incidents, the newest, people are busy with at a time."""
CHECKED_AS: Final = "t{place:05}"
"""The word that every text of an operation holds, and no other text."""

TYPED: Final[Mapping[str, tuple[int, str]]] = {
    "note": (14, "note {t} somebody restarted it"),
    "update": (14, "update {t} errors are falling"),
    "title": (2, "title {t} the queue of orders grows"),
    "priority": (4, "priority {priority} {t} it spreads"),
    "impact": (2, "impact {level} {t} as support tells"),
    "severity": (2, "severity SEV-{digit} {t} as the graphs show"),
    "decision": (2, "decision {t} we stay on the old version"),
    "action": (3, "action {t} look at the queue @{other}"),
    "followup": (4, "followup {t} write a test @{other}"),
    "escalate": (1, "escalate {t} nobody knows this part"),
    "snooze": (1, "snooze 20s {t} the vendor is on it"),
    "accept": (6, "accept"),
    "takeover": (1, "takeover"),
    "handover": (2, "handover @{other}"),
    "role": (3, "role scribe @{other}"),
    "follow": (2, "follow"),
    "unfollow": (1, "unfollow"),
    "mitigate": (3, "mitigate {t} moved the traffic"),
    "resolve": (3, "resolve {t} rolled back"),
    "verify": (3, "verify {t} looked at the graphs"),
    "close": (2, "close"),
    "reopen": (2, "reopen {t} it came back"),
    "cancel": (1, "cancel {t} a false alarm"),
}
"""What people type about an incident: how often, and the text."""
OTHERWISE: Final[Mapping[str, int]] = {
    "form": 4,
    "click": 3,
    "say": 16,
    "reply": 4,
    "edit": 6,
    "delete": 3,
    "react": 3,
    "join": 4,
    "leave": 3,
}
"""What else they do in its channel. `form`: post an update by its form. `click`: take command by the card's button."""

KILLS: Final = ("kill", "terminate", "freeze", "pause")
DATABASES: Final[Mapping[Engine, Mapping[str, int]]] = {
    "postgres": {"database_cut": 3, "database_away": 1, "database_crash": 1},
    "sqlite": {"database_locked": 3},
}
"""By engine, what becomes of the database, and how often."""
TROUBLES: Final[Mapping[str, int]] = {
    "kill": 6,
    "terminate": 3,
    "freeze": 1,
    "pause": 2,
    "slack_refuses": 3,
    "slack_fails": 4,
    "slack_acts_then_drops": 5,
    "slack_says_nothing": 1,
    "slack_out": 1,
    "sockets_cut": 2,
    "sockets_half_open": 1,
    "sockets_renewed": 2,
    "sockets_disabled": 1,
    "events_twice": 2,
    "events_late": 2,
    "events_reordered": 2,
    "events_unheard": 2,
}
"""What breaks, and how often. docs/reliability.md says what each is."""
LASTING: Final[Mapping[str, tuple[float, float]]] = {
    "freeze": (32.0, 40.0),  # longer than a lease
    "pause": (1.0, 8.0),
    "slack_out": (2.0, 12.0),
    "slack_says_nothing": (11.0, 14.0),  # longer than a call may take
    "database_away": (1.0, 8.0),
    "database_locked": (0.5, 5.0),
}
"""Seconds, from and to; everything else is over at once, or within two seconds."""
METHODS: Final = (
    *("chat.postMessage",) * 5,
    *("chat.update",) * 2,
    "conversations.create",
    "conversations.invite",
    "conversations.open",
    "conversations.setTopic",
    "conversations.history",
    "files.completeUploadExternal",
    "pins.add",
    "users.info",
    "*",
)
"""What Slack fails at."""
PAYLOADS: Final = ("message", "message", "slash_commands", "interactive", "events_api")
"""What comes twice, late, in disorder."""


@dataclass(frozen=True, slots=True)
class Operation:
    """One thing that a person does."""

    place: int
    """Its number in the plan."""
    who: str
    verb: str
    text: str = ""
    incident: int | None = None
    """The place of the operation that declares the incident; None for that operation itself."""
    about: int | None = None
    """The place of the message that is changed, answered or reacted to."""
    inside: bool = False
    """Typed in the incident's channel."""

    @property
    def word(self) -> str:
        return CHECKED_AS.format(place=self.place)


@dataclass(frozen=True, slots=True)
class Trouble:
    """One thing that breaks, once an operation begins."""

    at: int
    """The place of that operation."""
    kind: str
    which: float
    """Which replica or connection, from 0 to 1."""
    seconds: float
    method: str = "*"
    times: int = 1


@dataclass(frozen=True, slots=True)
class Plan:
    seed: int
    engine: Engine
    replicas: int
    operations: tuple[Operation, ...]
    troubles: tuple[Trouble, ...]

    @property
    def title(self) -> str:
        return (
            f"--seed {self.seed} --operations {len(self.operations)} --engine {self.engine} --replicas {self.replicas}"
        )

    def without(self, operations: Iterable[Operation] = (), troubles: Iterable[Trouble] = ()) -> "Plan":
        """The same plan with less in it; what refers to an operation that is left out goes too."""
        left_out = {one.place for one in operations}
        kept: list[Operation] = []
        for one in self.operations:
            if one.place in left_out or one.incident in left_out or one.about in left_out:
                left_out.add(one.place)
            else:
                kept.append(one)
        gone = set(troubles)
        return replace(self, operations=tuple(kept), troubles=tuple(one for one in self.troubles if one not in gone))


def make(seed: int, operations: int, engine: Engine, replicas: int, trouble_every: int = 25) -> Plan:
    """`trouble_every`: operations, on average."""
    chance = random.Random(f"{seed}/{engine}/{replicas}")  # noqa: S311 - chance, no secret
    found = _operations(chance, operations)
    count = operations // trouble_every
    return Plan(seed, engine, replicas, tuple(found), tuple(_troubles(chance, count, operations, engine)))


def _operations(chance: random.Random, count: int) -> list[Operation]:
    found: list[Operation] = []
    declared: list[int] = []
    said: dict[int, list[Operation]] = {}
    for place in range(count):
        who = chance.choice(PEOPLE)
        if not declared or chance.random() < 1 / DECLARE_EVERY:
            priority = chance.choice(("P1", "P1", "P2", "P3"))
            found.append(Operation(place, who, "declare", f"declare {priority} {_word(place)} checkout fails"))
            declared.append(place)
            continue
        incident = chance.choice(declared[-UNDER_WAY:])
        verb = _one_of(chance, {**{name: weight for name, (weight, _) in TYPED.items()}, **OTHERWISE})
        found.append(_about(chance, Operation(place, who, verb, incident=incident), said.setdefault(incident, [])))
    return found


def _about(chance: random.Random, one: Operation, said: list[Operation]) -> Operation:
    """What somebody does about an incident in which this was said already."""
    if one.verb in TYPED:
        return replace(one, text=_text(chance, one), inside=chance.random() < 0.5)
    if one.verb in ("edit", "delete", "reply", "react") and not said:
        one = replace(one, verb="say")
    match one.verb:
        case "say" | "reply":
            threads = [each.place for each in said if each.verb == "say"]
            about = chance.choice(threads) if one.verb == "reply" else None
            one = replace(one, text=f"{one.word} I look at the deploy", about=about)
            said.append(one)
        case "edit" | "delete":
            meant = chance.choice(said)
            one = replace(one, who=meant.who, about=meant.place, text=f"{meant.word} no, at the database: {one.word}")
        case "react":
            one = replace(one, about=chance.choice(said).place, text=chance.choice(("eyes", "tada", "fire")))
        case "form":
            one = replace(one, text=f"{one.word} errors are falling")
    return one


def _text(chance: random.Random, one: Operation) -> str:
    return TYPED[one.verb][1].format(
        t=one.word,
        other=chance.choice(PEOPLE),
        priority=chance.choice(("P1", "P2", "P3")),
        level=chance.choice(("high", "medium", "low")),
        digit=chance.randint(1, 4),
    )


def _troubles(chance: random.Random, count: int, operations: int, engine: Engine) -> list[Trouble]:
    places = sorted(chance.randrange(operations) for _ in range(count))
    weights = {**TROUBLES, **DATABASES[engine]}
    return [_trouble(chance, place, _one_of(chance, weights)) for place in places]


def _trouble(chance: random.Random, place: int, kind: str) -> Trouble:
    least, most = LASTING.get(kind, (0.1, 2.0))
    what = PAYLOADS if kind.startswith("events_") else METHODS
    return Trouble(place, kind, chance.random(), chance.uniform(least, most), chance.choice(what), chance.randint(1, 4))


def _word(place: int) -> str:
    return CHECKED_AS.format(place=place)


def _one_of(chance: random.Random, weights: Mapping[str, int]) -> str:
    (found,) = chance.choices(list(weights), list(weights.values()))
    return found


def halves(many: Sequence[Operation]) -> tuple[Sequence[Operation], Sequence[Operation]]:
    middle = len(many) // 2
    return many[:middle], many[middle:]
