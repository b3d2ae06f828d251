"""The API has every verb, and its document is what the code does: `python -m tests.web.api.test_openapi` writes it."""

import re
from collections import Counter
from typing import Any

from bot.door.token import Scope
from bot.verbs.requests import Declare
from bot.verbs.table import TABLE
from bot.web.api.openapi import as_text
from bot.web.api.routes import ROUTES
from bot.web.api.values import shape_of
from bot.web.api.writes import OURS, WAYS
from tests.house.sources import ROOT


def test_every_verb_has_one_address_in_the_api() -> None:
    """A new one takes a line in bot/web/api/writes.py, and has its command in `muster incident` by that."""
    requests = Counter(way.request for way in WAYS)
    assert requests == Counter(one.request for one in TABLE if one.request is not Declare)
    assert len({way.path for way in WAYS}) == len(WAYS)
    about_incidents = [one for one in ROUTES if one.about != "Webhooks"]
    assert {one.scope for one in about_incidents if one.method == "POST"} == {Scope.DECLARE, Scope.WRITE}


def test_the_document_in_the_docs_is_what_the_code_does() -> None:
    assert (ROOT / "docs" / "api.openapi.json").read_text(encoding="utf-8") == as_text(ROUTES)


def test_every_verb_is_in_the_page_about_the_api_with_what_it_takes() -> None:
    page = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")
    doing = [row for row in page.partition("## Doing")[2].splitlines() if row.startswith("| ")]
    rows = {verb: row for row in doing for verb in re.findall(r"`([\w/-]+)`", row.partition(" | ")[0])}
    for way in WAYS:
        if not way.path.startswith("/incidents/"):
            assert f"`POST {way.path}`" in page
            continue
        verb = way.path.removeprefix("/incidents/{ref}/")
        kind: Any = way.request
        told = {key.name for key in shape_of(kind, OURS).keys} - {verb}
        assert verb in rows, verb
        assert told <= set(re.findall(r"`(\w+)`", rows[verb])), verb


def test_whatever_can_be_read_is_in_the_page_about_the_api() -> None:
    page = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")
    for route in ROUTES:
        if route.method == "GET" and not route.path.startswith(("/webhooks", "/tokens", "/incidents/{ref}")):
            assert route.path in page, route.path
        elif route.method == "GET" and (part := route.path.removeprefix("/incidents/{ref}")):
            assert f"…{part}`" in page or route.path in page, route.path
