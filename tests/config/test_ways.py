"""How things outside are reached, in the policy: a proxy, certificates, and how long an answer may take."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.config.policy_loading import PolicyProblems, load
from bot.config.settings import Settings, missing_secrets, proxies_of
from bot.config.settings import load as settings_of
from bot.domain.policy import Policy, Way
from tests.integrations.proxies import authority

HOW = {"proxy": "env:MUSTER_PROXY_URL", "ca_file": "corp.pem", "within": "20s"}
TOKEN = "env:MUSTER_{}_TOKEN"
EVERY_KIND = {
    "webhooks": [{"name": "cmdb", "url": "https://cmdb.example", "secret": "MUSTER_WEBHOOK_CMDB", **HOW}],
    "bridge": {"url": "https://hooks.example", "secret": "MUSTER_WEBHOOK_BRIDGE", **HOW},
    "proof": {"timestamp": "https://tsa.example", **HOW},
    "action_hosts": ["api.github.com"],
    "engines": {"ops": {"kind": "github", "secret": "env:MUSTER_ACTION_OPS", **HOW}},
    "runbooks": {"repository": {"name": "a/b", "token": TOKEN.format("RUNBOOKS"), **HOW}},
    "status_page": {
        "title": "Example",
        "url": "https://status.example",
        "components": {"shop": {"name": "Shop"}},
        "targets": [{"name": "there", "page": "p1", "token": TOKEN.format("STATUS"), **HOW}],
    },
    "paging": {"pagerduty": {"key": "env:MUSTER_PAGE_KEY", **HOW}, "jira": {"key": "env:MUSTER_PAGE_JIRA", **HOW}},
    "trackers": {"shop": {"kind": "github", "project": "a/b", "token": TOKEN.format("TRACKER"), **HOW}},
    "documents": {"book": {"kind": "github", "space": "a/b", "token": TOKEN.format("DOCUMENT"), **HOW}},
    "catalog": {"from": "https://git.example/catalog-info.yaml", **HOW},
    "schedules": {"shop": {"ical": "https://cal.example/shop.ics", "people": {"Dana": "U1"}, **HOW}},
    "outgoing": {"proxy": "http://proxy.example:3128", "within": "30s"},
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return authority(tmp_path_factory.mktemp("policy"), "corp").ca_file.parent


def loaded(folder: Path, **content: Any) -> Policy:
    (folder / "policy.yml").write_text(yaml.safe_dump(content), encoding="utf-8")
    return load(folder / "policy.yml")


def test_whatever_is_reached_by_http_takes_them(folder: Path) -> None:
    policy = loaded(folder, **EVERY_KIND)
    *ways, rest = policy.ways
    assert {type(one).__name__ for one in ways} == {one.__name__ for one in Way.__subclasses__()}
    assert {(one.proxy, one.ca_file, one.within) for one in ways} == {
        ("env:MUSTER_PROXY_URL", str(folder / "corp.pem"), timedelta(seconds=20))
    }
    assert rest == Way(proxy="http://proxy.example:3128", within=timedelta(seconds=30))
    assert [one for one in ways if one.allow_private_address] == [policy.schedules["shop"].feed]
    assert proxies_of(policy) == ["env:MUSTER_PROXY_URL", "http://proxy.example:3128"]


def test_a_proxy_can_be_left_out_for_one_and_nothing_is_set_by_itself(folder: Path) -> None:
    hook = {"name": "near", "url": "https://hooks.example", "secret": "MUSTER_WEBHOOK_NEAR", "proxy": "direct"}
    policy = loaded(folder, webhooks=[hook], outgoing={"proxy": "env:HTTPS_PROXY"})
    assert [one.proxy for one in policy.ways] == ["direct", "env:HTTPS_PROXY"]
    assert proxies_of(policy) == ["env:HTTPS_PROXY"]
    assert load(None).ways == (Way(),)


@pytest.mark.parametrize(
    ("how", "told"),
    [
        ({"proxy": "http://muster:s3cret@proxy.example:3128"}, "write no user or password into the address"),
        ({"proxy": "socks5://proxy.example:1080"}, "by http:// or https://"),
        ({"proxy": "proxy.example:3128"}, "write for example http://proxy.example:3128"),
        ({"proxy": "http://proxy.example"}, "write for example http://proxy.example:3128"),
        ({"proxy": "http://proxy.example:3128/s3cret"}, "ends with its port"),
        ({"proxy": "env:MY_PROXY"}, "a variable like env:MUSTER_PROXY_URL"),
        ({"ca_file": "gone.pem"}, "there is no file"),
        ({"ca_file": "policy.yml"}, "holds no certificate in PEM"),
        ({"ca_file": "corp.key"}, "holds no certificate in PEM"),
        ({"ca_file": "."}, "cannot be read"),
        ({"within": "61s"}, "for 60s at the most"),
        ({"within": "0s"}, "must be longer than zero"),
        ({"timeout": "10s"}, "within"),
    ],
)
def test_what_cannot_be_is_refused_with_what_to_write(folder: Path, how: dict[str, str], told: str) -> None:
    with pytest.raises(PolicyProblems) as wrong:
        loaded(folder, outgoing=how)
    assert told in str(wrong.value)
    assert "s3cret" not in str(wrong.value)


@pytest.mark.parametrize(
    ("held", "told"),
    [
        ({}, "MUSTER_PROXY_URL: is missing: the address of a proxy that the policy names."),
        ({"MUSTER_PROXY_URL": "socks5://muster:s3cret@proxy.example:1080"}, "Muster knows no other kind"),
        ({"MUSTER_PROXY_URL": "http://muster:s3cret@proxy.example:3128"}, ""),
    ],
)
def test_the_variable_of_a_proxy_has_to_hold_one(folder: Path, held: dict[str, str], told: str) -> None:
    policy = loaded(folder, outgoing={"proxy": "env:MUSTER_PROXY_URL"})
    settings: Settings = settings_of(held, None, needs_slack=False)
    said = " ".join(str(one) for one in missing_secrets(settings, policy))
    assert told in said
    assert bool(said) == bool(told)
    assert "s3cret" not in f"{said}{settings}"
