"""Text for Slack: nothing that somebody typed calls anybody, breaks our markup or is longer than Slack takes.

Stored text is plain text as typed, entities decoded, mentions as `<@U1>`. What leaves for Slack is mrkdwn
(docs.slack.dev, "Formatting message text"): `&`, `<` and `>` are escaped, and what stands between `<` and `>` acts.
"""

import re
import unicodedata
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.domain.ids import SlackUserId
from bot.domain.pseudonyms import called, is_pseudonym
from bot.domain.telling import spell

ELLIPSIS = "…"
FENCE = "```"

UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
"""PostgreSQL stores no U+0000, and nothing encodes a lone surrogate."""
TURNING = re.compile("[\u202a-\u202e\u2066-\u2069]")
"""Controls that turn the direction of the text after them, also of our own."""
MARKUP = re.compile(r"<([@#!]?)([^<>|\n]+)(?:\|([^<>\n]*))?>")
"""What Slack acts on: a person `@`, a channel `#`, something special `!`, or else a link; then its label."""
OWN_TIME = re.compile(r"date\^[0-9]{1,10}\^(?:\{date_short_pretty\} )?\{time\}")
"""As `telling.own_time` and `telling.own_moment` write a time of day, without and with its day."""
MARKED_TIME = re.compile(r"<!date\^(?P<at>[0-9]{1,10})\^(?P<shown>(?P<day>\{date_short_pretty\} )?\{time\})\|[^<>]*>")
A_GROUP = "a user group"
"""One whose name Slack has not told."""
MOST_CALLED = 20
"""People whom one text may call; the names of more are shown."""
USER = re.compile(r"[UW][A-Z0-9]+")
URL = re.compile(r"(?:https?://|mailto:)\S+")
CALL_TO_ALL = re.compile(
    r"(?<!\w)@(?=channel|here|everyone|group)|@(?=(?:channel|here|everyone|group)(?!\w|[.-]\w))", re.IGNORECASE
)
"""Longer words that begin so as well: shortened, they could end there. Within a word, too, unless it is an address: cut
into pieces, one could begin there."""
WORD_JOINER = "\u2060"
"""Invisible: keeps `@channel` readable, but no longer the word that Slack looks for."""
OPENING = re.compile(r"<(?=[@#!])")
"""What is left of markup within markup, such as `<<@U1>>`."""
NEAR_ENOUGH = 24
"""Characters that are given up so that a cut falls between two words."""
UNCUTTABLE = re.compile(r"<[^<>]*>|&(?:amp|lt|gt);|`{3}")
ZERO_WIDTH_JOINER = "\u200d"
SPACE = re.compile(r"\s")


def clean(text: str) -> str:
    """The text without what cannot be stored: U+0000 and lone surrogates."""
    return UNSTORABLE.sub("", text)


def escape(text: str) -> str:
    """The three characters that mean something to Slack as its entities."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def plain(text: str) -> str:
    """Typed text as one reads it, for places without markup such as headers and buttons: `<@U1|dana>` is `@dana`."""
    readable = MARKUP.sub(_as_read, TURNING.sub("", clean(text)))
    return OPENING.sub(f"<{WORD_JOINER}", CALL_TO_ALL.sub(f"@{WORD_JOINER}", readable))


def safe(text: str, *, keep_mentions: bool = False, keep_times: bool = False) -> str:
    """Typed text as mrkdwn that calls nobody: mentions, `@channel`, groups and disguised links are shown as text.

    With `keep_mentions`, up to `MOST_CALLED` people and any channels mentioned stay mentions; groups and `@channel`
    never do. With `keep_times` besides, times stay in each reader's own zone.
    """
    if not keep_mentions:
        return escape(plain(text))
    calls = sum(found[1] == "@" for found in MARKUP.finditer(text)) <= MOST_CALLED
    pieces, end = [], 0
    for found in MARKUP.finditer(text := TURNING.sub("", clean(text))):
        is_time = keep_times and found[1] == "!" and OWN_TIME.fullmatch(found[2])
        if is_time:
            pieces += [escape(plain(text[end : found.start()])), found[0]]
            end = found.end()
        elif (found[1] == "@" and calls and is_in_slack(found[2])) or (found[1] == "#" and found[2].isalnum()):
            pieces += [escape(plain(text[end : found.start()])), f"<{found[1]}{found[2]}>"]
            end = found.end()
    return "".join([*pieces, escape(plain(text[end:]))])


def is_in_slack(user: str) -> bool:
    """Whether it is an id of Slack's, which shows who that is."""
    return USER.fullmatch(user) is not None and not is_pseudonym(user)


def has_own_times(text: str) -> bool:
    """Whether there are times in it that Slack shows each reader in their own zone."""
    return MARKED_TIME.search(text) is not None


def in_zone(text: str, zone: ZoneInfo) -> str:
    """The same text; where Slack cannot tell a time in the reader's own zone, it stands there in this one."""

    def told(found: re.Match[str]) -> str:
        local = datetime.fromtimestamp(int(found["at"]), zone)
        shown = f"{local:%Y-%m-%d %H:%M}" if found["day"] else f"{local:%H:%M}"
        return f"<!date^{found['at']}^{found['shown']}|{shown} {zone.key}>"

    return MARKED_TIME.sub(told, text)


def _as_read(found: re.Match[str]) -> str:
    """What a person reads where Slack's markup stands."""
    kind, target, label = found[1], found[2], found[3]
    if kind == "@" and is_pseudonym(target):
        return called(SlackUserId(target))
    if kind in ("@", "#"):
        return kind + (label or target).lstrip(kind)
    if kind == "!":
        return _special_as_read(target, label)
    if not URL.fullmatch(target):
        return found[0]
    address = target.removeprefix("mailto:")
    return address if not label or label in (address, address.partition("//")[2]) else f"{label} ({address})"


def _special_as_read(target: str, label: str | None) -> str:
    if target.startswith("date^"):
        return label or target
    if target.startswith("subteam^") and not label:  # an id tells a reader nothing
        return A_GROUP
    return "@" + (label or target).lstrip("@")


def size(text: str) -> int:
    """Its length as Slack may count it: a character beyond the first 65,536 of Unicode as two."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def shorten(text: str, limit: int) -> str:
    """The text within `limit`, ending with "…" where it was cut: between two words where one ends nearby; no entity,
    mention or emoji is cut in two."""
    if size(text) <= limit:
        return text
    if limit < 1:
        return ""
    cut = _cut(text, limit - 1)
    return text[: _between_words(text, cut)].rstrip() + ELLIPSIS


def _between_words(text: str, cut: int) -> int:
    """The end of the last whole word before `cut`, where little is given up for it; else `cut`."""
    if cut >= len(text) or text[cut].isspace():
        return cut
    word = max((found.end() for found in SPACE.finditer(text, max(0, cut - NEAR_ENOUGH), cut)), default=0)
    is_within = any(found.start() < word < found.end() for found in UNCUTTABLE.finditer(text, 0, cut))
    return word if text[:word].strip() and not is_within else cut


def _cut(text: str, limit: int) -> int:
    """The last place within `limit` where the text may be cut; 0 when there is none."""
    cut = min(len(text), limit)
    while (over := size(text[:cut]) - limit) > 0:
        cut -= (over + 1) // 2
    for found in UNCUTTABLE.finditer(text):
        if found.start() >= cut:
            break
        if found.end() > cut:
            cut = found.start()
    while 0 < cut < len(text) and _belongs_to_the_one_before(text, cut):
        cut -= 1
    return cut


def _belongs_to_the_one_before(text: str, at: int) -> bool:
    """Whether a reader sees this character and the one before it as one: accents, skin tones, families, flags."""
    character = text[at]
    if unicodedata.category(character).startswith("M") or "\U0001f3fb" <= character <= "\U0001f3ff":
        return True
    if ZERO_WIDTH_JOINER in (character, text[at - 1]):
        return True
    flags = re.search("[\U0001f1e6-\U0001f1ff]*$", text[max(0, at - 64) : at])
    return "\U0001f1e6" <= character <= "\U0001f1ff" and flags is not None and len(flags[0]) % 2 == 1


def split_long(text: str, limit: int) -> list[str]:
    """The text in pieces within `limit`, cut between lines, else words; a code fence is closed and opened again.

    `limit` is at least 20.
    """
    room = limit - 2 * len(f"{FENCE}\n") if FENCE in text else limit
    pieces, is_open = [], False
    while text.strip():
        cut = len(text) if size(text) <= room else _best_cut(text, room)
        piece, text = text[:cut], text[cut:]
        piece = f"{FENCE}\n{piece}" if is_open else piece.strip("\n")
        is_open = piece.count(FENCE) % 2 == 1
        piece = f"{piece.rstrip()}\n{FENCE}" if is_open else piece.rstrip()
        if piece.strip():
            pieces.append(piece)
    return pieces


def _best_cut(text: str, room: int) -> int:
    """After the last line, else the last word, that leaves the piece at least half full; else where it may be cut."""
    cut = _cut(text, room)
    for boundary in ("\n", " "):
        at = text.rfind(boundary, cut // 2, cut)
        if at > 0:
            return at + 1
    return cut or max(1, room // 2)


def mention(user: str) -> str:
    """Calls a person; whoever was erased cannot be called."""
    return called(SlackUserId(user)) if is_pseudonym(user) else f"<@{user}>"


def channel_link(channel: str) -> str:
    return f"<#{channel}>"


def link(url: str, text: str) -> str:
    """A link with a label; the label alone where the address is none that Slack would open."""
    if not re.match(r"https?://|mailto:", url):
        return safe(text)
    address = re.sub(r"[|<>\s]", lambda found: "".join(f"%{byte:02X}" for byte in found[0].encode()), clean(url))
    label = SPACE.sub(" ", safe(text)).replace("|", "¦")
    return f"<{address.replace('&', '&amp;')}|{label}>" if label.strip() else f"<{address.replace('&', '&amp;')}>"


def at_time(instant: datetime) -> str:
    """A time of day, each reader's own; in UTC where Slack cannot tell."""
    return f"<!date^{int(instant.timestamp())}^{{time}}|{instant.astimezone(UTC):%H:%M} UTC>"


def time_since(instant: datetime) -> str:
    """A time of day and how long ago that is, as each reader's Slack counts it: it stays true while nobody edits it."""
    return f"<!date^{int(instant.timestamp())}^{{time}}, {{ago}}|{instant.astimezone(UTC):%H:%M} UTC>"


def date_and_time(instant: datetime) -> str:
    """A day and a time, each reader's own; in UTC where Slack cannot tell."""
    utc = instant.astimezone(UTC)
    fallback = f"{utc.day} {utc:%b %Y %H:%M} UTC"
    return f"<!date^{int(instant.timestamp())}^{{date_short_pretty}} {{time}}|{fallback}>"


def span(length: timedelta) -> str:
    """A length of time in hours and minutes, never days: `1 h 5 min`, `26 h`; seconds below one minute."""
    return spell(length)


def plural(count: int, one: str, many: str | None = None) -> str:
    """`1 update`, `2 updates`."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def bold(text: str) -> str:
    """Text that is already mrkdwn, in bold."""
    return f"*{text}*"


def code(text: str) -> str:
    """Text as code; a backtick in it becomes a plain quotation mark, for Slack has no way to escape one."""
    return f"`{escape(SPACE.sub(' ', clean(text)).replace('`', chr(39)))}`"
