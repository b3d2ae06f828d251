"""What Amazon signed is taken, and nothing leads anywhere but to Amazon."""

import base64
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bot.integrations.alerts.sns import SIGNED, Proof, is_amazons, public_key
from tests.integrations.alerts.given import incoming, payload

TOPIC = "arn:aws:sns:eu-west-1:123456789012:alarms"
Sign = Callable[[dict[str, Any], str], dict[str, Any]]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a key and its certificate."""
    folder = tmp_path_factory.mktemp("amazon")
    command = [
        "openssl",
        "req",
        "-x509",
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-days",
        "2",
        "-subj",
        "/CN=sns.amazonaws.com",
    ]
    subprocess.run([*command, "-keyout", "key.pem", "-out", "cert.pem"], cwd=folder, check=True, capture_output=True)
    return folder


@pytest.fixture
def sign(made: Path) -> Sign:
    def signed(content: dict[str, Any], version: str = "2") -> dict[str, Any]:
        names = [name for name in SIGNED[content["Type"]] if name in content]
        text = "".join(f"{name}\n{content[name]}\n" for name in names).encode()
        command = ["openssl", "dgst", "-sha256" if version == "2" else "-sha1", "-sign", str(made / "key.pem")]
        signature = subprocess.run(command, input=text, check=True, capture_output=True).stdout
        return {**content, "SignatureVersion": version, "Signature": base64.b64encode(signature).decode()}

    return signed


class Amazon:
    """Serves the certificate, and remembers what it was asked for."""

    def __init__(self, certificate: bytes) -> None:
        self.certificate = certificate
        self.asked: list[str] = []

    async def __call__(self, url: str) -> bytes:
        self.asked.append(url)
        return self.certificate


@pytest.fixture
def amazon(made: Path) -> Amazon:
    return Amazon((made / "cert.pem").read_bytes())


@pytest.mark.parametrize("version", ["1", "2"])
async def test_what_amazon_signed_is_taken_and_what_was_changed_is_not(
    sign: Sign, amazon: Amazon, version: str
) -> None:
    content, proof = sign(payload("sns-cloudwatch-alarm"), version), Proof(amazon)
    assert await proof.is_authentic(incoming(content), [TOPIC])
    for changed in (
        {"Message": "{}"},
        {"MessageId": "x"},
        {"Signature": "AAAA"},
        {"SignatureVersion": "3"},
        {"Type": "X"},
    ):
        assert not await proof.is_authentic(incoming({**content, **changed}), [TOPIC])
    assert not await proof.is_authentic(incoming(content), ["arn:aws:sns:eu-west-1:666:alarms"])
    assert len(amazon.asked) == 1


@pytest.mark.parametrize(
    "url",
    [
        "http://sns.eu-west-1.amazonaws.com/x.pem",
        "https://sns.eu-west-1.amazonaws.com.evil.example/x.pem",
        "https://evil.example/sns.eu-west-1.amazonaws.com/x.pem",
        "https://sns.eu-west-1.amazonaws.com@127.0.0.1/x.pem",
        "https://127.0.0.1#@sns.eu-west-1.amazonaws.com/x.pem",
        "https://sns.eu-west-1.amazonaws.com:8443/x.pem",
        "https://sns.eu-west-1.amazonaws.com\\@evil.example/x.pem",
        "https://s3.eu-west-1.amazonaws.com/x.pem",
        "https://sns.eu-west-1.amazonaws.com/x.txt",
        "file:///etc/passwd.pem",
        "https://[::1/x.pem",
        3,
    ],
)
async def test_a_certificate_from_elsewhere_is_never_fetched(sign: Sign, amazon: Amazon, url: Any) -> None:
    assert not is_amazons(url, ".pem")
    content = {**sign(payload("sns-cloudwatch-alarm"), "2"), "SigningCertURL": url}
    assert not await Proof(amazon).is_authentic(incoming(content), [TOPIC])
    assert amazon.asked == []


async def test_a_subscription_is_confirmed_at_amazon_and_nowhere_else(sign: Sign, amazon: Amazon) -> None:
    asked = payload("sns-subscription-confirmation")
    proof = Proof(amazon)
    assert await proof.is_authentic(incoming(sign(asked, "2")), [TOPIC])
    await proof.confirm(incoming(asked))
    assert amazon.asked[-1] == asked["SubscribeURL"]
    await proof.confirm(incoming({**asked, "SubscribeURL": "http://127.0.0.1:8080/admin"}))
    assert amazon.asked[-1] == asked["SubscribeURL"]


@pytest.mark.parametrize("pem", [b"", b"-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----", b"x" * 1000])
async def test_what_is_no_certificate_proves_nothing(sign: Sign, pem: bytes) -> None:
    with pytest.raises((ValueError, IndexError)):
        public_key(pem)
    assert not await Proof(Amazon(pem)).is_authentic(incoming(sign(payload("sns-cloudwatch-alarm"), "2")), [TOPIC])
