"""The bridge in the policy."""

from pathlib import Path

import pytest

from bot.config.policy_loading import PolicyProblems, load
from bot.domain.policy import Bridge

WHOLE = 'bridge: {url: "https://hooks.example/call", secret: MUSTER_WEBHOOK_BRIDGE}\n'


def test_it_is_read_and_the_link_of_the_policy_may_have_the_reference_in_it(tmp_path: Path) -> None:
    text = f'{WHOLE}channels: {{bridge_url: "https://meet.example/{{ref}}"}}\n'
    (tmp_path / "policy.yml").write_text(text, encoding="utf-8")
    policy = load(tmp_path / "policy.yml")
    assert policy.bridge == Bridge("https://hooks.example/call", "MUSTER_WEBHOOK_BRIDGE")
    assert policy.channels.bridge_url == "https://meet.example/{ref}"


@pytest.mark.parametrize(
    ("was", "written", "told"),
    [
        ("https://hooks.example/call", "http://hooks.example/call", "https"),
        ("https://hooks.example/call", "https://10.0.0.7/call", "private"),
        ("MUSTER_WEBHOOK_BRIDGE", "whsec_abcdefghijklmnop", "MUSTER_WEBHOOK"),
        ("secret:", "secrt:", "secret"),
    ],
)
def test_a_mistake_is_told_and_no_secret_with_it(tmp_path: Path, was: str, written: str, told: str) -> None:
    (tmp_path / "policy.yml").write_text(WHOLE.replace(was, written), encoding="utf-8")
    with pytest.raises(PolicyProblems) as found:
        load(tmp_path / "policy.yml")
    assert told in str(found.value)
    assert "abcdefgh" not in str(found.value)
