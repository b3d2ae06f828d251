"""People, channels and groups from a mapping, such as a YAML file holds."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Protocol

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from bot.sandbox.people import Person
from bot.sandbox.state import Channel, Group
from bot.sandbox.suggestion import Suggestion
from bot.sandbox.zones import offset_of

Name = Annotated[str, Field(pattern=r"^[^\s@#A-Z]+$", max_length=80)]
"""Of a person, channel or group: one word in small letters."""


class SeedError(Exception):
    """The seed is not as it should be; the text says where and why."""


class SeedPerson(BaseModel):
    model_config = ConfigDict(extra="forbid")

    real_name: str = ""
    tz: str = "UTC"
    guest: bool = False
    bot: bool = False
    deactivated: bool = False
    email: str = ""
    team: Annotated[str, Field(pattern=r"^(T[A-Z0-9]+)?$")] = ""
    """Of another organisation, by its team id."""

    @field_validator("tz")
    @classmethod
    def is_a_time_zone(cls, name: str) -> str:
        offset_of(name)
        return name


class SeedChannel(BaseModel):
    model_config = ConfigDict(extra="forbid")

    members: list[str] = []
    private: bool = False
    app: bool = True
    """Whether the app is a member."""


class SeedSuggestion(BaseModel):
    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    text: Annotated[str, Field(min_length=1)]
    in_: Annotated[str | None, Field(alias="in")] = None
    """The channel it is meant for."""
    label: str = ""
    """A few words for its button; without them it shows the text."""
    by: str | None = None
    """Who is to send it; without one, whoever looks."""


class Seed(BaseModel):
    model_config = ConfigDict(extra="forbid")

    people: dict[Name, SeedPerson | None] = {}
    channels: dict[Name, SeedChannel | None] = {}
    groups: dict[Name, list[str]] = {}
    suggestions: list[str | SeedSuggestion] = []
    """Things to try; a bare text is meant for any channel."""


class Ground(Protocol):
    """Where a seed is put: `Sandbox` has these."""

    @property
    def bot(self) -> Person:
        """The app's bot."""

    def add_person(
        self,
        name: str,
        *,
        real_name: str = "",
        tz: str = "UTC",
        is_guest: bool = False,
        is_bot: bool = False,
        deactivated: bool = False,
        email: str = "",
        team: str = "",
    ) -> Person:
        """Somebody new."""

    def person(self, name_or_id: str, /) -> Person:
        """Raises KeyError for somebody who is not there."""

    def add_channel(self, name: str, *, members: Sequence[Person] = (), is_private: bool = False) -> Channel:
        """A channel that people made."""

    def add_group(self, handle: str, people: Sequence[Person], /) -> Group:
        """A user group."""

    def suggest(self, suggestions: Sequence[Suggestion], /) -> None:
        """Things to try."""


def sow(sandbox: Ground, content: Mapping[str, Any]) -> None:
    """Put a seed into a sandbox. Raises SeedError; then nothing was added."""
    try:
        seed = Seed.model_validate(content)
    except ValidationError as error:
        found = "; ".join(f"{'.'.join(map(str, one['loc'])) or 'all of it'}: {one['msg']}" for one in error.errors())
        raise SeedError(f"the seed cannot be used: {found}") from None
    named = [name for channel in seed.channels.values() if channel for name in channel.members]
    named += [one.by for one in seed.suggestions if isinstance(one, SeedSuggestion) and one.by]
    named += [name for group in seed.groups.values() for name in group]
    unknown = sorted({name for name in named if name not in seed.people})
    if unknown:
        raise SeedError(f"the seed names people that it does not list: {', '.join(unknown)}")
    for name, one in seed.people.items():
        person = one or SeedPerson()
        sandbox.add_person(
            name,
            real_name=person.real_name,
            tz=person.tz,
            is_guest=person.guest,
            is_bot=person.bot,
            deactivated=person.deactivated,
            email=person.email,
            team=person.team,
        )
    for name, given in seed.channels.items():
        channel = given or SeedChannel(members=list(seed.people))
        members = [sandbox.person(member) for member in channel.members]
        sandbox.add_channel(
            name, members=[*members, *([sandbox.bot] if channel.app else [])], is_private=channel.private
        )
    for handle, people in seed.groups.items():
        sandbox.add_group(handle, [sandbox.person(name) for name in people])
    sandbox.suggest(
        [
            Suggestion(one) if isinstance(one, str) else Suggestion(one.text, one.in_, one.label, one.by)
            for one in seed.suggestions
        ]
    )
