"""What the check-up says of the places that published reviews go to."""

from dataclasses import replace

from pydantic import SecretStr

from bot.config.settings import Settings
from bot.domain.policy import Policy
from bot.operator.doctor_documents import examine_documents
from bot.operator.finding import CheckUp
from tests.domain.given import POLICY
from tests.integrations.documents.fake_confluence import FakeConfluence
from tests.integrations.documents.fakes import TOKEN, VARIABLE, serving


async def looked(policy: Policy, token: str = TOKEN) -> CheckUp:
    result = CheckUp()
    await examine_documents(policy, Settings.model_validate({"document_tokens": {VARIABLE: SecretStr(token)}}), result)
    return result


async def test_a_place_that_can_be_read_is_fine_and_what_is_to_be_mended_is_said() -> None:
    async with serving(FakeConfluence()) as fake:
        policy = replace(POLICY, documents={"wiki": fake.place()})
        assert (await looked(policy)).fine == ["Documents: wiki (Confluence) can be read."]
        (wrong,) = (await looked(policy, "another")).findings
        told = "Reviews cannot be published to wiki (Confluence): "
        assert (wrong.must_mend, wrong.text) == (
            True,
            f"{told}the token is not accepted; make a new one and set it anew.",
        )
        lost = replace(POLICY, documents={"wiki": fake.place(parent="7")})
        (wrong,) = (await looked(lost)).findings
        assert "look at `parent` in the policy" in wrong.text
        fake.has_space = False
        (wrong,) = (await looked(policy)).findings
        assert "the space OPS is not there" in wrong.text
        fake.is_down = True
        (away,) = (await looked(policy)).findings
        assert (away.must_mend, "cannot be reached from here" in away.text) == (False, True)
        assert fake.writes == []


async def test_a_token_that_is_not_set_is_told_elsewhere() -> None:
    async with serving(FakeConfluence()) as fake:
        found = await looked(replace(POLICY, documents={"wiki": fake.place()}), "")
        assert (found.fine, found.findings) == ([], [])
