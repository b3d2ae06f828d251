"""Backstage's documents become services; what is wrong with them is named with its line, and the rest works."""

import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.config.catalog import CatalogRead, raw_address, read_catalog, read_document
from bot.config.policy_loading import PolicyProblems, load
from bot.config.yaml_lines import Problems
from bot.domain.policy import Catalog, Link, Policy, Service
from tests.domain.given import POLICY

CHECKOUT = """\
apiVersion: backstage.io/v1alpha1
kind: Component
metadata:
  name: checkout
  title: Checkout
  annotations: {muster/tier: "1", circleci.com/project-slug: github/shop/checkout}
  tags: [web]
  links:
    - {url: "https://grafana.example/d/checkout", title: Dashboard, icon: dashboard}
    - {url: "https://wiki.example/checkout"}
spec:
  type: service
  lifecycle: production
  owner: shop-team
  system: storefront
  dependsOn: ["resource:default/artists-db", component:payments]
"""
TEAM = """\
apiVersion: backstage.io/v1alpha1
kind: Group
metadata:
  name: shop-team
  annotations: {muster/slack-group: "@shop-sre", muster/manager: UMIA}
spec: {type: team, children: [], profile: {displayName: Shop team}}
"""
SYSTEM = "apiVersion: backstage.io/v1alpha1\nkind: System\nmetadata: {name: storefront, title: The storefront}\n"
PLACE = "catalog-info.yaml"


def under(catalog: Catalog | None = None) -> Policy:
    return replace(POLICY, catalog=catalog or Catalog(PLACE))


def read(*documents: str, policy: Policy | None = None) -> CatalogRead:
    return read_catalog({PLACE: "---\n".join(documents)}, policy or under())


def told(found: CatalogRead) -> list[str]:
    return [str(one) for one in found.problems]


def test_a_component_is_a_service_with_its_owner_and_system_in_words() -> None:
    found = read(CHECKOUT, TEAM, SYSTEM)
    assert told(found) == []
    assert found.services == {
        "checkout": Service(
            slug="checkout",
            name="Checkout",
            tier=1,
            manager=found.services["checkout"].manager,
            resolver_group="@shop-sre",
            tags=("web",),
            owner="Shop team",
            system="The storefront",
            links=(
                Link("Dashboard", "https://grafana.example/d/checkout"),
                Link("wiki.example", "https://wiki.example/checkout"),
            ),
            depends_on=("artists-db", "payments"),
        )
    }
    assert found.services["checkout"].manager == "UMIA"
    assert found.without_group == {}


def test_what_a_component_says_itself_wins_over_its_owner_and_labels_do_too() -> None:
    own = CHECKOUT.replace('muster/tier: "1"', 'muster/slack-group: "@checkout"').replace(
        "  tags:", "  labels: {muster/tier: tier-2}\n  tags:"
    )
    service = read(own, TEAM).services["checkout"]
    assert (service.resolver_group, service.tier) == ("@checkout", 2)


def test_an_owner_that_is_in_no_document_is_named_as_it_stands_and_told() -> None:
    found = read(CHECKOUT.replace("owner: shop-team", "owner: group:default/Shop-Team"))
    assert found.services["checkout"].owner == "Shop-Team"
    assert found.without_group == {"Shop-Team": ("Checkout",)}
    assert read(CHECKOUT.replace("owner: shop-team", "owner: Group:Default/SHOP-TEAM"), TEAM).without_group == {}


@pytest.mark.parametrize("kind", ["API", "Template", "Resource", "Domain"])
def test_other_kinds_and_other_types_are_passed_over(kind: str) -> None:
    other = f"apiVersion: backstage.io/v1beta3\nkind: {kind}\nmetadata: {{name: [what, ever]}}\n"
    library = CHECKOUT.replace("name: checkout", "name: lib").replace("type: service", "type: library")
    found = read(CHECKOUT, other, library)
    assert (list(found.services), told(found)) == (["checkout"], [])
    assert list(read(CHECKOUT, library, policy=under(Catalog(PLACE, types=frozenset({"library"})))).services) == ["lib"]


def test_of_another_namespace_it_is_called_by_that_too() -> None:
    other = CHECKOUT.replace("name: checkout", "name: checkout\n  namespace: eu")
    assert list(read(CHECKOUT, other).services) == ["checkout", "eu.checkout"]


@pytest.mark.parametrize(
    ("document", "line", "why"),
    [
        (CHECKOUT.replace("name: checkout", "name: check out"), 4, "metadata.name"),
        (CHECKOUT.replace("  tags: [web]", "  tags: web"), 7, "`metadata.tags`: expected a list"),
        (CHECKOUT.replace("  name: checkout\n", ""), 3, "`metadata.name`: is missing"),
        (CHECKOUT.replace("  tags: [web]", "  tags: [web]\n  tags: [api]"), 8, "`tags` stands twice; first on line "),
        ("kind: Component\nmetadata: {name: x}\n", 1, "is no entity of a catalogue: no `kind` and `apiVersion`"),
        ("just words\n", 1, "is no entity of a catalogue"),
    ],
)
def test_an_entity_that_cannot_be_read_is_left_out_with_its_line(document: str, line: int, why: str) -> None:
    found = read(TEAM, document, CHECKOUT.replace("name: checkout", "name: cart"))
    assert list(found.services) == ["cart"]
    (problem,) = found.problems
    assert (problem.line, why in problem.text) == (TEAM.count("\n") + 1 + line, True), str(problem)


@pytest.mark.parametrize(
    ("written", "instead", "why"),
    [
        ('muster/tier: "1"', "muster/tier: gold", "`muster/tier` is 'gold'; write a number"),
        ('muster/tier: "1"', "muster/manager: Mia", "`muster/manager` is 'Mia'; write a Slack user id"),
        ('muster/tier: "1"', "muster/oncall: nobody", "`muster/oncall` is 'nobody'; there is no such schedule"),
        ('muster/tier: "1"', "muster/slack-group: shop", "`muster/slack-group` is 'shop'; write the handle"),
        ("https://wiki.example/checkout", "javascript:alert(1)", "a link is no web address"),
    ],
)
def test_a_field_that_is_of_no_use_is_left_out_and_the_service_stays(written: str, instead: str, why: str) -> None:
    found = read(CHECKOUT.replace(written, instead))
    service = found.services["checkout"]
    assert (service.tier, service.manager, service.oncall, service.resolver_group) in (
        (None, None, None, None),
        (1, None, None, None),
    )
    (problem,) = told(found)
    assert f"Component checkout: {why}" in problem


def test_what_stands_twice_counts_once_whatever_its_capitals() -> None:
    found = read(
        CHECKOUT, CHECKOUT.replace("name: checkout", "name: Checkout").replace("title: Checkout", "title: Two")
    )
    assert [one.name for one in found.services.values()] == ["Checkout"]
    assert told(found) == [f"{PLACE}:21: Component Checkout: stands twice; {PLACE}:4 counts"]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "holds no entity"),
        ("# nothing yet\n", "holds no entity"),
        ("<!DOCTYPE html><title>Sign in</title>", "is a web page"),
        ('{"error": "not found"}', "is no entity of a catalogue"),
        ("a: [1, 2", "not readable as YAML"),
        ("a: !!python/object:os.system {}", "not readable as YAML"),
        ("a: &a [x]\nb: [*a, *a]", "an alias is not read here"),
        ("[" * 100_000, "nested too deeply"),
        ("{a: " * 100_000, "nested too deeply"),
        ("a: \x00", "not readable as YAML"),
    ],
)
def test_a_document_with_nothing_of_a_catalogue_in_it_is_no_copy_worth_keeping(text: str, why: str) -> None:
    with pytest.raises(Problems, match=why):
        read_document(text, PLACE)


@given(st.text(max_size=60) | st.builds("apiVersion: backstage.io/v1\nkind: {}".format, st.text(max_size=40)))
def test_whatever_is_sent_is_read_or_refused(text: str) -> None:
    with suppress(Problems):
        assert read_document(text, PLACE).further == ()


def test_what_backstage_itself_answers_is_read_too() -> None:
    checkout = {
        "apiVersion": "backstage.io/v1alpha1",
        "kind": "Component",
        "metadata": {"name": "checkout", "labels": None, "uid": "2152f463"},
        "spec": {"type": "website", "owner": "shop-team", "system": None},
        "relations": [],
    }
    assert list(read(json.dumps([checkout], indent=1)).services) == ["checkout"]


def location(*targets: str) -> str:
    head = "apiVersion: backstage.io/v1alpha1\nkind: Location\nmetadata: {name: all}\n"
    return f"{head}spec: {{type: url, targets: {json.dumps(targets)}}}\n"


def test_locations_lead_beside_the_document_and_never_from_the_web_to_a_file(tmp_path: Path) -> None:
    (tmp_path / "cart").mkdir()
    cart = tmp_path / "cart" / PLACE
    cart.write_text(CHECKOUT)
    of_file = read_document(
        location(f"./*/{PLACE}", "./none.yaml", "https://git.example/a.yaml"), str(tmp_path / "all")
    )
    assert of_file.further == (str(cart), "https://git.example/a.yaml")
    assert "the target ./none.yaml leads nowhere from here" in str(of_file.problems[0])
    of_web = read_document(location("./a.yaml", "file:///etc/hosts", str(cart)), "https://git.example/x/all.yaml")
    assert of_web.further == ("https://git.example/x/a.yaml", f"https://git.example{cart}")


@pytest.mark.parametrize(
    ("shown", "raw"),
    [
        ("https://github.com/o/r/blob/main/a/b.yaml", "https://raw.githubusercontent.com/o/r/main/a/b.yaml"),
        ("https://gitlab.example/g/p/-/blob/main/b.yaml", "https://gitlab.example/g/p/-/raw/main/b.yaml"),
        ("https://git.example/b.yaml", "https://git.example/b.yaml"),
    ],
)
def test_the_address_of_a_page_that_shows_a_file_becomes_that_of_the_file(shown: str, raw: str) -> None:
    assert raw_address(shown) == raw


def policy_of(folder: Path, text: str) -> Policy:
    path = folder / "policy.yml"
    path.write_text(text)
    return load(path)


def counted(policy: Policy, *documents: str) -> Mapping[str, Service]:
    assert policy.catalog is not None
    return policy.catalog.laid_under(read(*documents, policy=policy).services)


def test_what_the_policy_says_of_a_service_wins_key_by_key(tmp_path: Path) -> None:
    policy = policy_of(
        tmp_path,
        "catalog: {from: ./catalog-info.yaml, refresh_every: 5m}\n"
        "services: {Checkout: {tier: 2, owner: Dana's people, resolver_group: null, tags: []}, desk: {name: Desk}}\n",
    )
    assert policy.catalog is not None
    assert (policy.catalog.place, policy.catalog.refresh_every) == (str(tmp_path / PLACE), timedelta(minutes=5))
    assert list(policy.services) == ["Checkout", "desk"]  # as long as nothing was read
    found = counted(policy, CHECKOUT, TEAM)
    checkout = found["Checkout"]
    assert (checkout.name, checkout.tier, checkout.owner) == ("Checkout", 2, "Dana's people")
    assert (checkout.resolver_group, checkout.tags, checkout.system) == (None, (), "storefront")
    assert found["desk"] == Service("desk", "Desk")


def test_a_service_that_the_policy_removes_is_not_listed_and_those_it_names_come_first(tmp_path: Path) -> None:
    policy = policy_of(tmp_path, "catalog: {from: a.yaml}\nservices: {cart: null, zebra: {tier: 3}}\n")
    others = [CHECKOUT.replace("name: checkout", f"name: {name}") for name in ("cart", "zebra", "art")]
    least = CHECKOUT.replace("name: checkout", "name: aaa").replace("muster/tier", "x")
    assert list(counted(policy, *others, least, CHECKOUT)) == ["zebra", "art", "checkout", "aaa"]


def test_with_a_catalogue_a_name_that_the_policy_does_not_list_stops_no_start(tmp_path: Path) -> None:
    rule = "alerts: [{do: declare, service: checkout}]\n"
    assert policy_of(tmp_path, f"catalog: {{from: a.yaml}}\n{rule}").alerting.routes[0].service == "checkout"
    with pytest.raises(PolicyProblems, match="there is no service `checkout`"):
        policy_of(tmp_path, rule)


@pytest.mark.parametrize(
    ("part", "why"),
    [
        ("{}", "`catalog.from`: is missing"),
        ("{from: 'http://git.example/a.yaml'}", "must begin with https://"),
        ("{from: 'ftp://git.example/a.yaml', allow_private_address: true}", "must begin with https://"),
        ("{from: 'https://10.0.0.7/a.yaml'}", "the address is a private one"),
        ("{from: 'https://u:p@git.example/a.yaml'}", "write no user or password into the address"),
        ("{from: a.yaml, types: []}", "`catalog.types`"),
        ("{from: a.yaml, refresh: 1h}", "did you mean `refresh_every`?"),
    ],
)
def test_a_catalogue_that_cannot_be_meant_is_refused(tmp_path: Path, part: str, why: str) -> None:
    with pytest.raises(PolicyProblems) as refused:
        policy_of(tmp_path, f"catalog: {part}\n")
    assert why in str(refused.value)
    assert "u:p" not in str(refused.value)
