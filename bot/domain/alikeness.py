"""How alike two titles are, and whether they name different things."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping

from bot.domain.policy import Service

ServiceWords = Mapping[str, frozenset[str]]
"""A word → the services in whose name it stands, by slug."""

TOKEN = re.compile(r"\w+(?:[-.]\w+)*")
HOST = re.compile(r"(?!p[0-9]{1,2}$)(?=.*[0-9])[a-z]\w*(?:[-.]\w+)*|[0-9]+(?:\.[0-9]+){3}")
"""`db-1`, `web01.example.com`, `eu-west-1`, `10.0.0.7`: letters, then a number somewhere; not a percentile (`p99`)."""
MACHINE = re.compile(
    r"\b(node|shard|host|zone|cluster|pod|rack|db|replica|partition|broker|worker|instance) #?([0-9]+)\b"
)
ARTICLES = frozenset({"a", "an", "the"})
SMALL = ARTICLES | frozenset(
    {"and", "are", "at", "by", "for", "from", "has", "have", "in", "is", "it", "its"}
    | {"of", "on", "or", "our", "to", "was", "we", "with"}
)
"""Words that say nothing of what is broken."""
PLACES = {
    **dict.fromkeys(("prod", "production", "prd"), "prod"),
    **dict.fromkeys(("staging", "stage", "stg"), "staging"),
    **dict.fromkeys(("dev", "development"), "dev"),
    **{word: word for word in ("test", "qa", "uat", "preprod", "sandbox")},
}
"""Environments, by every way to write them."""
REGIONS = {
    **dict.fromkeys(("eu", "europe"), "eu"),
    **dict.fromkeys(("us", "usa"), "us"),
    **{word: word for word in ("uk", "apac", "emea", "latam", "asia", "africa", "india", "japan")},
}
"""Regions; what clouds call theirs (`eu-west-1`) reads as a host."""


def _stem(word: str) -> str:
    """The word without a common ending, so that `returns` and `returned` are one word, and `500s` and `500`."""
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        word = word[:-2] if word.endswith(("sses", "shes", "ches", "xes")) else word[:-1]
    for ending in ("ing", "ed"):
        if word.endswith(ending) and len(word) - len(ending) > 3:
            return re.sub(r"([bdgmnprt])\1$", r"\1", word.removesuffix(ending))
    return word


HOW_IT_GOES = """
about after again alarm alert alerting all already always any anymore anyone back bad badly be been before being
blank break broke broken but can cannot cant change crash customer daily days degradation degrade degraded delay
delayed deploy deployment did do does doesnt dont down drop dropping during elevated empty error erroring errors
every everybody everyone everything everywhere exception fail failed failing failure failures few fire firing form
full gave get gets getting give gives giving gone got grow growing half hang hanging happening high higher hour how
huge increase increased increasing intermittent intermittently issue issues just keep keeps lag lagging large last
late latency level long loss lost low many minute missing morning much new night no nobody not nothing now off
offline often out outage over page partial partially people percent please problem problems quite rate reject rejecting
release report reported request resolved response return rise rising rollout running screen see seeing seen serve
several show showing since slow slower slowly slowness some somebody someone sometimes spike spiking started still
stop stopped stuck than that there they this throw throwing time timeout timing today too try trying unable
unavailable under unhealthy unreachable unresponsive until up update upgrade urgent user very waiting warning weird
well what when while who will wont work working wrong yesterday
"""
"""Words that say how it goes wrong, since when, or for whom, but not what it is that does."""
SYMPTOMS = frozenset(map(_stem, HOW_IT_GOES.split()))
PERCENTILE = re.compile(r"p[0-9]{1,2}")


def words(title: str) -> frozenset[str]:
    """The words that tell something: in lower case, without accents and endings; all words where there are only small
    ones."""
    found = frozenset(_tokens(title))
    return found - SMALL or found


def service_words(services: Iterable[Service]) -> ServiceWords:
    """What the services of a policy are called."""
    found: dict[str, frozenset[str]] = {}
    for service in services:
        for word in {*_tokens(service.slug), *_tokens(service.name)} - SMALL:
            found[word] = found.get(word, frozenset()) | {service.slug}
    return found


def alikeness(one: str, other: str) -> float:
    """From 0.0 to 1.0: the mean of the shared part of all words (Jaccard) and of the shorter title's words; half of it
    where they share only how it goes wrong."""
    left, right = words(one), words(other)
    if not left or not right:
        return float(one.strip().casefold() == other.strip().casefold())
    both = left & right
    score = (len(both) / len(left | right) + len(both) / min(len(left), len(right))) / 2
    names_nothing_shared = not any(map(_is_name, both)) and any(map(_is_name, left | right))
    return score / 2 if names_nothing_shared else score


def have_something_in_common(asked: str, record: str) -> bool:
    """Whether a record holds a word of the question that names something; any word, where the question names nothing:
    that both time out is not enough."""
    wanted = words(asked)
    names = frozenset(filter(_is_name, wanted)) or wanted
    return not names.isdisjoint(_tokens(record))


def name_different_things(one: str, other: str, services: ServiceWords) -> bool:
    """Whether each names what the other does not: another service, host, environment or region, or something else in
    the same place of its sentence, as in “payments API is down” and “search API is down”."""
    left, right = words(one), words(other)
    mine, theirs = left - right, right - left
    own_services, their_services = (_services(side, services) for side in (mine, theirs))
    if own_services and their_services and own_services.isdisjoint(their_services):
        return True
    if any(any(map(is_one, mine)) and any(map(is_one, theirs)) for is_one in (_is_host, _is_place, _is_region)):
        return True
    return not _beside(one, mine).isdisjoint(_beside(other, theirs))


def _services(found: Iterable[str], services: ServiceWords) -> frozenset[str]:
    return frozenset().union(*(services.get(word, ()) for word in found))


def _beside(title: str, own: frozenset[str]) -> set[tuple[str, str]]:
    """What stands right before and right after the names that only this title has."""
    tokens = [token for token in _tokens(title) if token not in ARTICLES]
    found = set()
    for before, token, after in zip(["", *tokens], tokens, [*tokens[1:], ""], strict=False):
        if token in own and _is_name(token):
            found |= {("before", before), ("after", after)}
    return found - {("before", ""), ("after", "")}


def _is_name(word: str) -> bool:
    is_figure = PERCENTILE.fullmatch(word) or (word[0].isdecimal() and not _is_host(word))
    return not is_figure and word not in SYMPTOMS and word not in SMALL


def _is_host(word: str) -> bool:
    return HOST.fullmatch(word) is not None


def _is_place(word: str) -> bool:
    return word in PLACES


def _is_region(word: str) -> bool:
    return word in REGIONS


def _tokens(title: str) -> Iterator[str]:
    """The words in order; a host stays one word, without its domain."""
    letters = (one for one in unicodedata.normalize("NFKD", title.casefold()) if not unicodedata.combining(one))
    for token in TOKEN.findall(MACHINE.sub(r"\1-\2", "".join(letters))):
        if _is_host(token):
            first, _, _ = token.partition(".")
            yield first if _is_host(first) else token
            continue
        for word in re.split(r"[-.]", token):
            yield PLACES.get(word) or REGIONS.get(word) or _stem(word)
