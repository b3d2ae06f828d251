"""What the check-up says of the ways out."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.domain.policy import Policy, Way, Webhook
from bot.operator.doctor_outgoing import examine_outgoing
from bot.operator.finding import CheckUp
from tests.domain.given import POLICY as GIVEN
from tests.integrations.proxies import USER, Proxy, authority, proxying
from tests.operator.test_doctor_paging import given

NOW = datetime.now(UTC)
VARIABLE = "MUSTER_PROXY_URL"
POLICY = replace(GIVEN, engines={})


async def told(
    policy: Policy, held: dict[str, str], now: datetime = NOW
) -> tuple[list[tuple[str, bool, str]], list[str]]:
    result = CheckUp()
    await examine_outgoing(policy, given(**held), now, result)
    return [(one.code, one.must_mend, one.text) for one in result.findings], result.fine


async def test_proxy_and_certificates_are_named_without_what_opens_them(tmp_path: Path) -> None:
    ca_file = str(authority(tmp_path).ca_file)
    policy = replace(POLICY, outgoing=Way(proxy=f"env:{VARIABLE}", ca_file=ca_file))
    async with proxying(Proxy(1)) as proxy:
        where, url = f"127.0.0.1:{proxy.port}", proxy.url.replace("//", f"//{USER}@")
        well = [f"Proxy: {where} can be reached.", f"Certificates: {ca_file} can be read."]
        assert await told(policy, {VARIABLE: url}) == ([], well)
        assert proxy.asked == []
    ((away, expired), fine) = await told(policy, {VARIABLE: url}, NOW + timedelta(days=3))
    assert away[:2] == ("proxy", False)
    assert away[2].startswith(f"The proxy {where} cannot be reached from here (Connection")
    assert expired[:2] == ("ca_file", True)
    assert expired[2].startswith(f"The certificates in {ca_file} have all expired; the last one did on 20")
    assert fine == []
    Path(ca_file).unlink()
    ((_, gone), _) = await told(policy, {VARIABLE: url})
    assert gone[2] == f"{ca_file}, which the policy trusts, cannot be read (FileNotFoundError)."


async def test_a_proxy_for_slack_alone_is_mentioned_where_anything_else_goes_out() -> None:
    proxied = {"HTTPS_PROXY": "http://proxy.example:3128"}
    assert await told(POLICY, proxied) == ([], [])
    hook = Webhook("cmdb", "https://cmdb.example", "MUSTER_WEBHOOK_CMDB")
    (((code, must_mend, text),), _) = await told(replace(POLICY, webhooks=(hook,)), proxied)
    assert (code, must_mend) == ("proxy_unused", False)
    assert "`outgoing: {proxy: env:HTTPS_PROXY}`" in text
    asked = replace(POLICY, webhooks=(replace(hook, proxy="http://127.0.0.1:1"),))
    (((code, _, _),), _) = await told(asked, proxied)
    assert code == "proxy"
