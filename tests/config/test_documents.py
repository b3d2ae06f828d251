"""Places for published reviews in the policy."""

import json
from pathlib import Path
from typing import Any

import pytest

from bot.config.policy_loading import PolicyProblems, load
from bot.config.settings import Settings, missing_secrets
from bot.domain.policy import Policy
from bot.domain.vocabulary import DocumentKind

TOKEN = "env:MUSTER_DOCUMENT_TOKEN"
CLOUD = {"kind": "confluence", "url": "https://example.atlassian.net/", "account": "muster@example.com", "space": "OPS"}


def loaded(folder: Path, **places: Any) -> Policy:
    text = {"documents": {name: {"token": TOKEN, **one} for name, one in places.items()}}
    (folder / "policy.yml").write_text(json.dumps(text), encoding="utf-8")
    return load(folder / "policy.yml")


def test_they_are_read_whole_and_in_order(tmp_path: Path) -> None:
    policy = loaded(tmp_path, wiki=CLOUD, safe={**CLOUD, "private": True, "parent": "123456"})
    wiki, safe = policy.documents.values()
    assert (wiki.name, wiki.kind, wiki.api) == ("wiki", DocumentKind.CONFLUENCE, "https://example.atlassian.net")
    assert (wiki.space, wiki.account, wiki.parent, wiki.is_private) == ("OPS", "muster@example.com", "", False)
    assert (safe.parent, safe.is_private) == ("123456", True)
    missing = missing_secrets(Settings.model_validate({}), policy)
    assert [one.variable for one in missing] == ["MUSTER_DOCUMENT_TOKEN"] * 2


def test_a_repository_has_a_branch_and_a_folder(tmp_path: Path) -> None:
    (one,) = loaded(tmp_path, handbook={"kind": "github", "space": "a/b", "folder": "docs/reviews"}).documents.values()
    assert (one.api, one.base, one.folder) == ("https://api.github.com", "main", "docs/reviews/")


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"token": "the-secret-itself"}, "name the environment variable"),
        ({"kind": "wiki"}, "confluence"),
        ({"space": None}, "confluence needs `space`"),
        ({"account": None, "url": None}, "needs `url` and `account`"),
        ({"kind": "confluence-data-center"}, "has no `account`"),
        ({"url": "http://example.atlassian.net"}, "must begin with https"),
        ({"url": "https://10.0.0.7"}, "allow_private_address"),
        ({"space": "a b"}, "`space` is none of confluence"),
        ({"kind": "bookstack", "account": None}, "write for example 12"),
        ({"kind": "outline", "account": None}, "the id of the collection"),
        ({"kind": "github", "account": None}, "write for example owner/name"),
        ({"folder": "docs"}, "confluence has no `folder`"),
        ({"kind": "notion", "account": None, "space": None}, "notion needs `parent`"),
    ],
)
def test_what_cannot_be_is_told_where_it_stands(tmp_path: Path, change: dict[str, Any], told: str) -> None:
    with pytest.raises(PolicyProblems) as wrong:
        loaded(tmp_path, wiki={key: one for key, one in {**CLOUD, **change}.items() if one is not None})
    assert told in str(wrong.value)
    assert "the-secret-itself" not in str(wrong.value)
