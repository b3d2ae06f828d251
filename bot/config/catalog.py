"""The service catalogue: documents in the form of Backstage's `catalog-info.yaml`, read into services.

What is read of it is described at https://backstage.io/docs/features/software-catalog/descriptor-format: components are
services, groups and users own them, systems hold them, locations lead to further documents. All else is passed over.
"""

import re
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Annotated, TypeVar
from urllib.parse import urljoin, urlsplit

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from bot.config.policy_words import GROUP, LONGEST_TITLE, USER
from bot.config.yaml_lines import Lined, Problem, Problems, nearest, read_all, worded
from bot.domain.ids import SlackUserId
from bot.domain.policy import Catalog, Link, Policy, Service
from bot.jobs.catalog import MOST_DOCUMENTS, Reader, Unreadable

TIER, GROUP_OF, MANAGER, ON_CALL = "muster/tier", "muster/slack-group", "muster/manager", "muster/oncall"
"""What Backstage does not know of a service: annotations of a component, the last three also of its owner."""
READ = {"component": "Component", "group": "Group", "user": "User", "system": "System", "location": "Location"}
MOST_SERVICES = 5000
MOST_LINKS = 10
T = TypeVar("T")


def _left_out(empty: T) -> BeforeValidator:
    """A key that stands there without a value is as good as none."""
    return BeforeValidator(lambda value: empty if value is None else value)


def _name(value: str) -> str:
    if not re.fullmatch(r"(?=.{1,63}$)[a-zA-Z0-9]+(?:[-_.]+[a-zA-Z0-9]+)*", value):
        raise ValueError(f"{value[:63]!r} is no name of an entity: up to 63 letters and digits, with - _ or . between")
    return value


Name = Annotated[str, AfterValidator(_name)]


class Loose(BaseModel):
    """Others' documents hold more than is read of them."""

    model_config = ConfigDict(extra="ignore")


class LinkPart(Loose):
    url: Annotated[str, Field(max_length=2000)]
    title: str | None = None


class MetadataPart(Loose):
    name: Name
    namespace: Annotated[Name, _left_out("default")] = "default"
    title: str | None = None
    labels: Annotated[dict[str, str | int], _left_out({})] = {}
    annotations: Annotated[dict[str, str | int], _left_out({})] = {}
    tags: Annotated[list[str], _left_out([])] = []
    links: Annotated[list[LinkPart], _left_out([])] = []


class ProfilePart(Loose):
    displayName: str | None = None  # noqa: N815 - as Backstage spells it


class SpecPart(Loose):
    """Of the kinds that are read; each has some of these."""

    type: str | None = None
    owner: str | None = None
    system: str | None = None
    dependsOn: Annotated[list[str], _left_out([])] = []  # noqa: N815
    profile: Annotated[ProfilePart, _left_out(ProfilePart())] = ProfilePart()
    target: str | None = None
    targets: Annotated[list[str], _left_out([])] = []


class EntityPart(Loose):
    kind: str
    metadata: MetadataPart
    spec: Annotated[SpecPart, _left_out(SpecPart())] = SpecPart()


@dataclass(frozen=True, slots=True)
class Entity:
    """One of them, and where it stands."""

    part: EntityPart
    document: Lined
    file: str

    @property
    def ref(self) -> str:
        """As others refer to it, in lower case: that is how Backstage compares."""
        return f"{self.part.kind}:{self.part.metadata.namespace}/{self.part.metadata.name}".lower()

    @property
    def name(self) -> str:
        """In words for people."""
        meta = self.part.metadata
        return _one_line(self.part.spec.profile.displayName or meta.title or "") or meta.name

    def says(self, key: str) -> str | None:
        """An annotation, else the label of that name."""
        meta = self.part.metadata
        found = meta.annotations.get(key, meta.labels.get(key))
        return None if found is None else str(found).strip()

    def problem(self, text: str, *where: str) -> Problem:
        return Problem(self.file, self.document.line(where), f"{self.part.kind} {self.part.metadata.name}: {text}")


@dataclass(frozen=True, slots=True)
class Document:
    """What a document holds, and what of it was left out."""

    entities: tuple[Entity, ...]
    problems: tuple[Problem, ...]
    further: tuple[str, ...]
    """Where its locations lead: seen from it, files beside a file and addresses beside an address."""


@dataclass(frozen=True, slots=True)
class CatalogRead:
    """The services of all documents together, and what is wrong with them, which keeps nothing from starting."""

    services: Mapping[str, Service]
    problems: tuple[Problem, ...] = ()
    without_group: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Owner that leads to no Slack group → names of its services."""


def read_document(text: str, file: str) -> Document:
    """Read one document. Raises Problems where there is nothing of a catalogue in it: a web page, an error, half a
    file."""
    if re.match(r"\s*<(!doctype|html)", text, re.IGNORECASE):
        raise Problems([Problem(file, 1, "is a web page; give the address of the file itself, the “raw” one")])
    documents, problems = read_all(text, file)
    entities: list[Entity] = []
    is_catalog = False
    for document in documents:
        content = document.content
        if content is None:
            continue
        kind = content.get("kind") if isinstance(content, dict) else None
        if not isinstance(kind, str) or not isinstance(content.get("apiVersion"), str):
            problems.append(Problem(file, document.line(()), "is no entity of a catalogue: no `kind` and `apiVersion`"))
            continue
        is_catalog = True
        if kind.lower() in READ and content["apiVersion"].startswith("backstage.io/"):
            entities += _entity(document, file, problems)
    if not is_catalog:
        raise Problems(problems or [Problem(file, 1, "holds no entity of a catalogue")])
    places = [one for entity in entities if entity.part.kind.lower() == "location" for one in _led(entity, problems)]
    return Document(tuple(entities), tuple(problems), tuple(places))


def _entity(document: Lined, file: str, problems: list[Problem]) -> Iterable[Entity]:
    try:
        yield Entity(EntityPart.model_validate(document.content), document, file)
    except ValidationError as error:
        problems += worded(error, EntityPart, document, file)


def _led(location: Entity, problems: list[Problem]) -> Iterable[str]:
    spec = location.part.spec
    for target in ([spec.target] if spec.target else []) + spec.targets:
        places = _places(target, location.file)
        yield from places
        if not places:
            problems.append(location.problem(f"the target {target} leads nowhere from here", "spec", "targets"))


def _places(target: str, place: str) -> list[str]:
    """None for what may not be read: a document of the web names no file of this machine."""
    if is_address(place) or is_address(target):
        try:
            found = urljoin(place, target) if is_address(place) else target
            return [raw_address(found)] if urlsplit(found).scheme in ("http", "https") else []
        except ValueError:
            return []
    try:
        return sorted(map(str, islice(Path(place).parent.glob(target), MOST_DOCUMENTS)))
    except (ValueError, NotImplementedError, OSError):  # an absolute path, say
        return [target] if Path(target).is_file() else []


def is_address(place: str) -> bool:
    return "://" in place


RAW = (
    (re.compile(r"^https://github\.com/([^/]+/[^/]+)/blob/"), r"https://raw.githubusercontent.com/\1/"),
    (re.compile(r"^(https://[^/]+/.+/-)/blob/"), r"\1/raw/"),
)
"""Backstage takes the address that a browser shows of a file on GitHub or GitLab; behind it is a page."""


def raw_address(url: str) -> str:
    """Where the file itself is."""
    for page, raw in RAW:
        url = page.sub(raw, url)
    return url


def services_of(documents: Iterable[Document], catalog: Catalog, policy: Policy) -> CatalogRead:
    """The services that the documents list, in the words of the policy where it names them too."""
    problems = [problem for document in documents for problem in document.problems]
    known: dict[str, Entity] = {}
    for entity in (entity for document in documents for entity in document.entities):
        first = known.setdefault(entity.ref, entity)
        if first is not entity:
            line = first.document.line(("metadata", "name"))
            problems.append(entity.problem(f"stands twice; {first.file}:{line} counts", "metadata", "name"))
    spelled = {slug.casefold(): slug for slug in (*catalog.own, *catalog.removed)}
    services: dict[str, Service] = {}
    without_group: dict[str, tuple[str, ...]] = {}
    for entity in known.values():
        if entity.part.kind.lower() != "component" or entity.part.spec.type not in catalog.types:
            continue
        meta = entity.part.metadata
        name = meta.name if meta.namespace.lower() == "default" else f"{meta.namespace}.{meta.name}"
        slug = spelled.setdefault(name.casefold(), name)
        if slug in services or len(services) >= MOST_SERVICES:
            why = f"there is a service {slug} already" if slug in services else f"{MOST_SERVICES:,} services are enough"
            problems.append(entity.problem(f"{why}; this one is left out", "metadata", "name"))
            continue
        owner = _of(entity.part.spec.owner, "group", meta.namespace, known)
        services[slug] = found = _service(slug, entity, owner, known, policy, problems)
        if found.owner and not found.resolver_group and "resolver_group" not in catalog.own.get(slug, {}):
            without_group[found.owner] = (*without_group.get(found.owner, ()), found.name)
    return CatalogRead(services, tuple(problems), without_group)


def _service(
    slug: str,
    entity: Entity,
    owner: "Entity | None",
    known: Mapping[str, Entity],
    policy: Policy,
    problems: list[Problem],
) -> Service:
    meta, spec = entity.part.metadata, entity.part.spec
    system = _of(spec.system, "system", meta.namespace, known)

    def said(key: str, expected: str, fits: re.Pattern[str]) -> str | None:
        """What it says itself, else its owner; None with a problem where that is nothing we can use."""
        speaker = entity if owner is None or entity.says(key) is not None else owner
        value = speaker.says(key)
        if value is None or fits.fullmatch(value):
            return value
        problem = speaker.problem(f"`{key}` is {value[:60]!r}; {expected}", "metadata", "annotations", key)
        if problem not in problems:
            problems.append(problem)
        return None

    tier = entity.says(TIER)
    digits = re.fullmatch(r"(?:tier)?[-_ ]?(\d{1,3})", tier, re.IGNORECASE) if tier else None
    if tier and not digits:
        problems.append(entity.problem(f'`{TIER}` is {tier[:60]!r}; write a number, such as "1"', "metadata"))
    schedules = re.compile("|".join(map(re.escape, policy.schedules)) or r"(?!)")
    expected = f"there is no such schedule in the policy; {nearest('', list(policy.schedules))}"
    manager = said(MANAGER, "write a Slack user id, such as U0123ABCD", USER)
    return Service(
        slug=slug,
        name=entity.name,
        tier=int(digits[1]) if digits else None,
        oncall=said(ON_CALL, expected, schedules),
        manager=SlackUserId(manager) if manager else None,
        resolver_group=said(GROUP_OF, 'write the handle of a user group, such as "@shop-sre"', GROUP),
        tags=tuple(meta.tags),
        owner=owner.name if owner else _called(spec.owner),
        system=system.name if system else _called(spec.system),
        links=tuple(_links(entity, problems)),
        depends_on=tuple(filter(None, map(_called, spec.dependsOn))),
    )


def _links(entity: Entity, problems: list[Problem]) -> Iterable[Link]:
    for link in entity.part.metadata.links[:MOST_LINKS]:
        if re.fullmatch(r"https?://[^\s<>|]+", link.url):
            yield Link(_one_line(link.title or "") or urlsplit(link.url).netloc[:LONGEST_TITLE], link.url)
        else:
            problems.append(entity.problem("a link is no web address; it is left out", "metadata", "links"))


def _of(ref: str | None, kind: str, namespace: str, known: Mapping[str, Entity]) -> Entity | None:
    """Whom a reference means, `kind:namespace/name` with only the name needed."""
    if not ref:
        return None
    given_kind, _, rest = ref.strip().rpartition(":")
    given_namespace, _, name = rest.rpartition("/")
    return known.get(f"{given_kind or kind}:{given_namespace or namespace}/{name}".lower())


def _called(ref: str | None) -> str | None:
    """The name in a reference to what is in no document."""
    return _one_line(ref.rpartition(":")[2].rpartition("/")[2]) or None if ref else None


def _one_line(text: str) -> str:
    return " ".join(text.split())[:LONGEST_TITLE]


def read_catalog(contents: Mapping[str, str], policy: Policy) -> CatalogRead:
    """The services of documents by their places; one that cannot be read any more is as good as not there."""
    catalog = policy.catalog
    if catalog is None:
        return CatalogRead({})
    documents: list[Document] = []
    for place, content in contents.items():
        with suppress(Problems):
            documents.append(read_document(content, place))
    return services_of(documents, catalog, policy)


def _further(content: str, place: str) -> list[str]:
    """Raises Unreadable, in whose text only the first problem stands."""
    try:
        return list(read_document(content, place).further)
    except Problems as found:
        first = found.problems[0]
        raise Unreadable(f"line {first.line}: {first.text}") from None


READER = Reader(_further, lambda contents, policy: read_catalog(contents, policy).services)
