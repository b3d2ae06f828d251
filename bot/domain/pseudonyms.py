"""Who somebody is in a text – by id, by mention, by name – and the pseudonym that stands there once they are erased."""

import base64
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.domain.ids import SlackUserId

PREFIX = "U0GONE"
PSEUDONYM = re.compile(rf"{PREFIX}[A-Z2-7]{{12}}")
"""It has the form of Slack's ids, so that it may stand wherever one does, and is longer than any of them."""
RANDOM_BYTES = 8
BETWEEN_WORDS = r"[\s._-]+"
"""Of a name."""


def pseudonym(random: bytes) -> SlackUserId:
    """A pseudonym made of `RANDOM_BYTES` random bytes, and of nothing that is known of the person."""
    return SlackUserId(f"{PREFIX}{base64.b32encode(random).decode()[:12]}")


def is_pseudonym(user: str) -> bool:
    return PSEUDONYM.fullmatch(user) is not None


def called(user: SlackUserId) -> str:
    """What people read for a pseudonym."""
    return f"erased person {user[-4:]}"


@dataclass(frozen=True, slots=True)
class StandIns:
    """Whom to look for, and what stands in their place."""

    ids: Mapping[SlackUserId, SlackUserId]
    """Id → pseudonym."""
    names: Mapping[str, SlackUserId] = field(default_factory=dict)
    """Names and e-mail addresses → pseudonym. How a name is found in a text: `_spellings`."""
    _found: re.Pattern[str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_found", _pattern(self.ids, self.names))

    def are_in(self, text: str) -> bool:
        return self._found.search(text) is not None

    def counted(self, text: str) -> dict[str, int]:
        """How often each of them stands in a text: by id, and by each name as it was given."""
        counts: dict[str, int] = {}
        for found in self._found.finditer(text):
            key = self._key(found)
            counts[key] = counts.get(key, 0) + 1
        return counts

    def replaced(self, text: str) -> str:
        """The text without them."""
        return self._found.sub(self._stand_in, text)

    def _stand_in(self, found: re.Match[str]) -> str:
        key = self._key(found)
        if found["mentioned"]:
            return f"<@{self.ids[SlackUserId(key)]}>"
        return self.ids[SlackUserId(key)] if found["id"] else called(self.names[key])

    def _key(self, found: re.Match[str]) -> str:
        by_id = found["mentioned"] or found["id"]
        return by_id or list(self.names)[int(str(found.lastgroup).removeprefix("name"))]

    def without(self, value: Any) -> Any:
        """The same JSON without them; what does not hold them is the very same."""
        match value:
            case str():
                return self.replaced(value) if self.are_in(value) else value
            case list():
                parts = [self.without(one) for one in value]
                return value if all(new is old for new, old in zip(parts, value, strict=True)) else parts
            case dict():
                items = {self.without(key): self.without(one) for key, one in value.items()}
                is_same = all(items.get(key) is one for key, one in value.items())
                return value if is_same else items
        return value

    @property
    def likes(self) -> tuple[str, ...]:
        """Patterns of SQL's LIKE of which one fits every text that they stand in, in any case and however JSON escapes
        it. They fit others, too."""
        return tuple(dict.fromkeys(f"%{re.sub('[^A-Za-z0-9]+', '%', one)}%" for one in (*self.ids, *self.names)))


def _pattern(ids: Mapping[SlackUserId, SlackUserId], names: Mapping[str, SlackUserId]) -> re.Pattern[str]:
    each = "|".join(map(re.escape, ids))
    parts = [rf"<@(?P<mentioned>{each})(?:\|[^<>\n]*)?>", rf"(?<![A-Za-z0-9])(?P<id>{each})(?![A-Za-z0-9])"]
    longest_first = sorted(enumerate(names), key=lambda one: -len(one[1]))
    parts += [f"(?P<name{place}>{_spellings(name)})" for place, name in longest_first]
    return re.compile("|".join(parts))


def _spellings(name: str) -> str:
    """How a name may be written. Several words, and addresses, in any case; words also with a dot, a hyphen or an
    underscore between them, as in the name of a channel. A single word only as it is known, capitalised, and in
    capitals: somebody called Mark is not meant by every `mark`."""
    if "@" in name.strip("@"):
        return rf"(?i:(?<![\w.+-]){re.escape(name)}(?![\w-]))"
    words = [re.escape(word) for word in re.split(BETWEEN_WORDS, name.strip().lstrip("@")) if word]
    if len(words) > 1:
        return rf"(?i:(?<!\w)@?{BETWEEN_WORDS.join(words)}(?!\w))"
    (word,) = words
    each = "|".join(dict.fromkeys((word, word[:1].upper() + word[1:], word.upper())))
    return rf"(?<!\w)@?(?:{each})(?!\w)"


def is_name(text: str) -> bool:
    """Whether somebody can be looked for by it: one letter would be found everywhere."""
    return len(re.sub(r"\W|_", "", text)) > 1


def is_unmistakable(name: str) -> bool:
    """Whether a name can be looked for with nobody looking at what is found: several words, an address, or a word with
    something in it that is no letter. A person may be called `Will`."""
    return len(re.split(BETWEEN_WORDS, name.strip())) > 1 or not name.strip().lstrip("@").isalpha()


def seeking(user: SlackUserId, names: tuple[str, ...], stand_in: SlackUserId) -> StandIns:
    """One person, with everything they are known by."""
    return StandIns({user: stand_in}, {name.strip(): stand_in for name in names if is_name(name) and name != user})
