"""Hostile texts from a seed: the same seed and number make the same text again."""

import random
from collections.abc import Callable, Sequence

from bot.commands.command import Command
from bot.commands.table import COMMANDS

Chance = random.Random

CALLS = (
    *("<!channel>", "<!here>", "<!everyone>", "<!channel|@channel>", "<!here|here>", "<!everyone|all of you>"),
    *("@channel", "@here", "@everyone", "@Channel", "@HERE", "@chan\u200bnel", "@\u2060here", "＠channel", "@channels"),
    *("<!subteam^S1>", "<!subteam^S1|@shop>", "<<!channel>>", "&lt;!channel&gt;", "&amp;lt;!here&amp;gt;", "<!chan"),
    *("<@UDANA>", "<@UBO|bo>", "<@UEVE|<!channel>>", "<@W9|@here>", "<#C1|general>", "<#C042>", "@dana", "<@U", "<@>"),
    *("<!date^0^{date} <!channel>|x>", "<!date^99999999999^{time}|y>", "<!command>", "<!group>", "<!foo|bar>"),
)
MARKUP = (
    *("<https://x.example|bank.example>", "<javascript:alert(1)|x>", "<mailto:a@b.c|a@b.c>", "<img src=x onerror=a()>"),
    *("<script>alert(1)</script>", "</textarea>"),
    *("```", "`", "``", "*", "_", "~", ">", ">>>", "&", "&amp;", "&lt;", "&#x202e;", "\\", "|", "*Resolved*", ":fire:"),
    *("'; DROP TABLE timeline; --", '{"text": "<!here>"}', "{{7*7}}", "${jndi:ldap://x}", "%s%n", "../../etc/passwd"),
    *("[x](javascript:alert(1))", "# heading", "| a | b |", "<!-- x", "]]>", "\x1b[31m", "=1+1", "{title}", "{0}"),
)
UNSEEN = (
    *("\x00", "\x07", "\x1f", "\x7f", "\x85", "\u00a0", "\u00ad", "\u034f", "\u061c", "\u115f", "\u180e", "\u200b"),
    *("\u200d", "\u200e", "\u200f", "\u2028", "\u2029", "\u202a", "\u202e", "\u2060", "\u2066", "\u2069", "\u3000"),
    *("\ufeff", "\ufffc", "\ufffe", "\ud800", "\udfff", "\U000e0041", "\U0010ffff", "\r", "\r\n", "\n", "\t", "\v"),
)
LETTERS = (
    *("مرحبا بالعالم", "שלום עולם", "漢字仮名", "e\u0301", "Z͑ͫ̓ͪ̂ͫ̽͏̴̙̤", "ﷺ", "K", "ſ", "İ", "ß", "ﬁ", "①", "Ⅻ"),
    *("👍🏽", "👩‍👩‍👧", "🇪🇸", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "क्षि", "ก็็็็", "ｃｌｏｓｅ", "сlose", "ｉｎｃ-1", "½", "٣", "𝟙"),
)
QUOTES = ('"', "'", "“", "”", "„", "‘", "’", "«", "»", "`", '""', "''", "“”", '"“', "'\"'", '\\"', "´")
DATES = (
    *("2026-02-30", "0000-00-00", "0001-01-01", "9999-12-31", "99999-01-01", "2026-12-01", "-1-1-1", "tomorrow"),
    *("14:05", "24:00", "00:00", "99:99", "14:05Z", "2026-11-20T14:05Z", "2026-03-29 02:30", "0001-01-01 00:00"),
    *("9999-12-31T23:59Z", "9999-12-31 23:59", "12am", "31/12", "1e9", "45s", "0m", "9999999999d", "1h30m", "4h4h"),
    *("999999999999999999999999w", "-5m", "1.5h", "١٥m", "15ｍ", "∞", "NaN", "0x10"),
)
NUMBERS = ("0", "-1", "1", "2", "7", "007", "+1", "1_000", "２", "9" * 30, "9" * 5_000, "1" + "0" * 5_000, "٣", "1e5")
WORDS = (
    *("checkout fails", "all is quiet", "no", "not", "this is not a drill", "done", "private", "drill", "P1", "P5"),
    *("[P2]", "--private", "-–—", "SEV-1", "high", "low", "unverified", "amend", "retract", "start", "stop", "anyway"),
    *("INC-1", "INC-2 status", "inc–3:", "INC-", "INC-999999999", "INC-9999999999", "help", "?", "and", "then close"),
    *("scribe", "restart percent=10", "drain", "bad-change", "shop", "checkout", "resolved", "draft", "publish", "set"),
)
PIECES: Sequence[Sequence[str]] = (CALLS, MARKUP, UNSEEN, LETTERS, QUOTES, DATES, NUMBERS, WORDS, WORDS)
LONGEST = 40_000
"""Characters: more than Slack lets anybody send."""
BOMBS = (
    *("a", " ", "\n", "`", "```", "<", "<@", "<@U1>", "<!here>", '"', "“", "*a ", "_a", "&", "&amp;", "-", "P1 ", "("),
    *(
        "service:",
        'service:"',
        "at: ",
        "next:5m ",
        "Conditions: ",
        "a:b ",
        "<https://",
        "@a",
        "INC-1 ",
        "\u200b",
        "👍🏽",
    ),
    *("private ", "\u202e", "not ", "1", "9h", "a@", "=", "x=1 ", "|", "a.b.", "/", "\\", "ﷺ", "e\u0301", "—", ": "),
    *("[", "]", "[[", "![", "](", "[a](", "{", "{a: ", '{"a":', "- ", "-\n", "> ", ">", "# ", "1. ", "~", "_", "**a"),
)
"""What is said so often that whatever reads it twice for each of its letters takes minutes."""


def hostile(seed: int, number: int) -> str:
    """What somebody might type after `/incident`, or what somebody might send who means harm."""
    chance = random.Random(f"{seed}/{number}")  # noqa: S311 - chance, no secret
    return chance.choices(KINDS, WEIGHTS)[0](chance)


def bomb(piece: str, length: int = LONGEST) -> str:
    return (piece * (length // len(piece) + 1))[:length]


def _mixed(chance: Chance, most: int = 8) -> str:
    found = [chance.choice(chance.choice(PIECES)) for _ in range(chance.randint(0, most))]
    return "".join(f"{one}{chance.choice(('', ' ', ' ', '  ', chr(10)))}" for one in found)


def _spelled(chance: Chance, name: str) -> str:
    """A verb as people and phones write it, or nearly."""
    match chance.randrange(12):
        case 0:
            return name.upper()
        case 1:
            return name.replace("-", chance.choice("‐–—−"))
        case 2:
            return f"{name}{chance.choice(':,.!')}"
        case 3:
            at = chance.randint(0, len(name))
            return f"{name[:at]}{chance.choice(UNSEEN + LETTERS + QUOTES)}{name[at:]}"
        case 4:
            return name[: chance.randint(1, len(name))]
        case _:
            return name


def _command(chance: Chance) -> str:
    """A verb with its keys, their values anything but what they should be."""
    command: Command = chance.choice(COMMANDS)
    parts = [_mixed(chance, 3)]
    for key in command.shape.keys:
        if chance.random() < 0.4:
            mark = chance.choice(QUOTES) if chance.random() < 0.4 else ""
            parts.append(f"{key}:{chance.choice(('', '', ' '))}{mark}{chance.choice(chance.choice(PIECES))}{mark}")
    parts += chance.sample(sorted(command.shape.options), k=min(len(command.shape.options), chance.randint(0, 2)))
    chance.shuffle(parts)
    named = chance.choice(("", "", "", f"INC-{chance.randint(0, 9)} ", f"inc–{chance.randint(0, 9)}: ", "INC-1 INC-2 "))
    return f"{named}{_spelled(chance, chance.choice((command.name, *command.aliases)))} {' '.join(parts)}"


def _example(chance: Chance) -> str:
    """An example as it is shown to people, with something put in anywhere."""
    text = chance.choice(COMMANDS).example
    for _ in range(chance.randint(0, 2)):
        at = chance.randint(0, len(text))
        text = f"{text[:at]}{chance.choice(chance.choice(PIECES))}{text[at:]}"
    return text


def _anything(chance: Chance) -> str:
    return "".join(chr(chance.choice((127, 0x2FF, 0xFFFF, 0x10FFFF)) and chance.randrange(0x11000)) for _ in range(20))


def _bomb(chance: Chance) -> str:
    start = f"{chance.choice(COMMANDS).name} " if chance.random() < 0.8 else ""
    return f"{start}{_mixed(chance, 1)}{bomb(chance.choice(BOMBS), chance.choice((300, 3_000, 4_000, LONGEST)))}"


KINDS: tuple[Callable[[Chance], str], ...] = (_command, _example, _mixed, _anything, _bomb)
WEIGHTS = (60, 20, 13, 4, 3)
