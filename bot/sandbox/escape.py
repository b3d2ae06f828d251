"""What Slack does to typed text: entities, mentions, channels and addresses, code left as it is."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

CODE = re.compile(r"```.*?```|`[^`\n]+`", re.DOTALL)
MENTION = re.compile(r"(?<![\w`/.:@])@([\w.-]*\w)")
CHANNEL = re.compile(r"(?<![\w`/.&])#([\w-]+)")
ENDINGS = (
    "com|org|net|edu|gov|mil|int|info|biz|name|pro|mobi|jobs|travel|museum|aero|coop|arpa|app|dev|cloud|online|site|tech|"
    "store|shop|blog|page|link|live|news|email|network|systems|services|support|tools|run|zone|world|company|agency|"
    "ac|ad|ae|af|ag|ai|al|am|ao|aq|ar|as|at|au|aw|ax|az|ba|bb|bd|be|bf|bg|bh|bi|bj|bm|bn|bo|br|bs|bt|bw|by|bz|ca|cc|cd|cf|"
    "cg|ch|ci|ck|cl|cm|cn|co|cr|cu|cv|cw|cx|cy|cz|de|dj|dk|dm|do|dz|ec|ee|eg|er|es|et|eu|fi|fj|fk|fm|fo|fr|ga|gd|ge|gf|gg|"
    "gh|gi|gl|gm|gn|gp|gq|gr|gs|gt|gu|gw|gy|hk|hm|hn|hr|ht|hu|id|ie|il|im|in|io|iq|ir|is|it|je|jm|jo|jp|ke|kg|kh|ki|km|kn|"
    "kp|kr|kw|ky|kz|la|lb|lc|li|lk|lr|ls|lt|lu|lv|ly|ma|mc|md|me|mg|mh|mk|ml|mm|mn|mo|mp|mq|mr|ms|mt|mu|mv|mw|mx|my|mz|na|"
    "nc|ne|nf|ng|ni|nl|no|np|nr|nu|nz|om|pa|pe|pf|pg|ph|pk|pl|pm|pn|pr|ps|pt|pw|py|qa|re|ro|rs|ru|rw|sa|sb|sc|sd|se|sg|sh|"
    "si|sk|sl|sm|sn|so|sr|ss|st|su|sv|sx|sy|sz|tc|td|tf|tg|th|tj|tk|tl|tm|tn|to|tr|tt|tv|tw|tz|ua|ug|uk|us|uy|uz|va|vc|ve|"
    "vg|vi|vn|vu|wf|ws|ye|yt|za|zm|zw"
)
"""Of a bare host that becomes a link. Assumed: the endings of countries, and the better known of the others."""
TAIL = r"""[^\s<>|"`]*[^\s<>|"`.,;:!?)\]}']"""
"""The rest of an address: the punctuation behind it is not of it."""
ADDRESS = re.compile(
    rf"""(?P<url>(?<!\w)https?://{TAIL})
    |(?<![\w.+@/-])(?P<mail>[a-z0-9][\w.+-]*@(?:[a-z0-9-]+\.)+[a-z]+)(?![\w-])
    |(?<![\w.+@/:&#=-])(?P<host>(?:[a-z0-9][a-z0-9-]*\.)+(?:{ENDINGS})(?![\w@-]|\.\w)(?::\d{{1,5}})?(?:/(?:{TAIL})?|[?\#]{TAIL})?)""",
    re.IGNORECASE | re.VERBOSE | re.ASCII,
)
SCHEMES = {"url": "", "mail": "mailto:", "host": "http://"}
EVERYBODY = frozenset({"here", "channel", "everyone"})


@dataclass(frozen=True, slots=True)
class Names:
    """Name → id of whatever can be mentioned."""

    people: Mapping[str, str] = field(default_factory=dict)
    channels: Mapping[str, str] = field(default_factory=dict)
    groups: Mapping[str, str] = field(default_factory=dict)


def entities(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def unescaped(text: str) -> str:
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def escape(text: str, names: Names, *, with_names: bool) -> str:
    """Typed text as Slack hands it to apps.

    `with_names`: `<@U1|dana>` as slash commands with `should_escape` have it, else `<@U1>` as messages have it.
    """
    pieces, end = [], 0
    for code in CODE.finditer(text):
        pieces += [_escaped(text[end : code.start()], names, with_names), entities(code[0])]
        end = code.end()
    return "".join([*pieces, _escaped(text[end:], names, with_names)])


def _escaped(text: str, names: Names, with_names: bool) -> str:
    pieces, end = [], 0
    for found in ADDRESS.finditer(text):
        before = linked(entities(text[end : found.start()]), names, with_names=with_names)
        pieces += [before, _marked_up(str(found.lastgroup), entities(found[0]))]
        end = found.end()
    return "".join([*pieces, linked(entities(text[end:]), names, with_names=with_names)])


def _marked_up(kind: str, address: str) -> str:
    """docs.slack.dev, "Formatting message text": what was typed with its scheme stands alone, all else is the label."""
    return f"<{SCHEMES[kind]}{address}|{address}>" if SCHEMES[kind] else f"<{address}>"


def linked(text: str, names: Names, *, with_names: bool = False) -> str:
    """Text whose @names and #channels are mentions; all else stays."""

    def mention(found: re.Match[str]) -> str:
        name = found[1]
        if name in EVERYBODY:
            return f"<!{name}>"
        if name in names.groups:
            return f"<!subteam^{names.groups[name]}|@{name}>"
        if name in names.people:
            return f"<@{names.people[name]}|{name}>" if with_names else f"<@{names.people[name]}>"
        return found[0]

    def channel(found: re.Match[str]) -> str:
        id_ = names.channels.get(found[1])
        return f"<#{id_}|{found[1]}>" if id_ else found[0]

    return CHANNEL.sub(channel, MENTION.sub(mention, text))
