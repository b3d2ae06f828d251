"""Slack's emoji as characters."""

import unicodedata

OTHERWISE = {"upside_down_face": "🙃"}
"""What Slack calls otherwise than rich and Unicode do."""


def character(name: str) -> str:
    """Of one of Slack's emoji, in any skin tone; empty for one that is not known, as one that a workspace made is."""
    from rich.emoji import Emoji, NoEmoji  # only what is written down is read like this

    plain = name.partition("::")[0]  # what follows is the tone
    try:
        return OTHERWISE.get(plain) or str(Emoji(plain))
    except NoEmoji:
        return _in_unicode(plain)


def _in_unicode(name: str) -> str:
    """The symbol that Unicode calls so; empty where there is none."""
    try:
        found = unicodedata.lookup(name.replace("_", " "))
    except (KeyError, UnicodeError):
        return ""
    return found if len(found) == 1 and unicodedata.category(found) == "So" else ""
