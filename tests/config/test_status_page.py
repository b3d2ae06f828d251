"""The status page in the policy."""

from pathlib import Path

import pytest

from bot.config.policy_loading import PolicyProblems, load
from bot.domain.customers import APPROVE_CUSTOMERS
from bot.domain.vocabulary import Stage

WHOLE = """
services: {checkout: {name: Checkout}}
status_page:
  title: Example
  url: "https://status.example.com/"
  components: {shop: {name: Shop, services: [checkout]}}
  templates: {identified: "We know why {components} fails."}
  targets: [{name: other, page: p1, token: "env:MUSTER_STATUS_TOKEN", components: {shop: c1}}]
"""


def loaded(folder: Path, text: str) -> None:
    (folder / "policy.yml").write_text(text, encoding="utf-8")
    load(folder / "policy.yml")


def test_it_is_read_whole(tmp_path: Path) -> None:
    (tmp_path / "policy.yml").write_text(WHOLE, encoding="utf-8")
    policy = load(tmp_path / "policy.yml")
    assert policy.status_page is not None
    assert policy.status_page.url == "https://status.example.com"
    assert policy.status_page.templates == {Stage.IDENTIFIED: "We know why {components} fails."}
    assert policy.status_page.targets[0].api == "https://api.statuspage.io/v1"
    assert policy.access[APPROVE_CUSTOMERS] == ("liaison",)


def test_each_kind_of_target_has_its_own_address(tmp_path: Path) -> None:
    (tmp_path / "policy.yml").write_text(WHOLE.replace("page: p1", "kind: instatus, page: p1"), encoding="utf-8")
    page = load(tmp_path / "policy.yml").status_page
    assert page is not None
    assert [(one.kind, one.api) for one in page.targets] == [("instatus", "https://api.instatus.com")]


@pytest.mark.parametrize(
    ("was", "written", "told"),
    [
        ("services: [checkout]", "services: [chekout]", "checkout"),
        ("{components}", "{ref}", "components"),
        ("{shop: c1}", "{shp: c1}", "`shp`, which is not on the page"),
        ("env:MUSTER_STATUS_TOKEN", "the-secret-itself", "name the environment variable"),
    ],
)
def test_what_cannot_be_meant_is_told_with_its_line(tmp_path: Path, was: str, written: str, told: str) -> None:
    with pytest.raises(PolicyProblems) as found:
        loaded(tmp_path, WHOLE.replace(was, written))
    assert told in str(found.value)
    assert "the-secret-itself" not in str(found.value)
