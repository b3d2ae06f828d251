"""What the check-up says of other status pages, publishing nothing."""

from dataclasses import replace

from bot.domain.policy import Policy, StatusPage, StatusTarget
from bot.operator.doctor_status import examine_status
from tests.domain.given import POLICY
from tests.integrations.test_status_targets import TOKEN, FakePage, each
from tests.operator.test_doctor_paging import given
from tests.serving import everything, serving

VARIABLE = "MUSTER_STATUS_TOKEN"


def policy_of(*targets: StatusTarget) -> Policy:
    page = StatusPage("Example", "https://status.example.com", (), POLICY.timezone, targets=targets)
    return replace(POLICY, status_page=page)


async def told(policy: Policy, token: str = TOKEN) -> list[tuple[str, bool, str]]:
    found = await examine_status(policy, given(**{VARIABLE: token}))
    return [(one.code, one.must_mend, one.text) for one in found]


@each
async def test_each_is_asked_for_its_components_and_none_that_is_well_is_named(kind: type[FakePage]) -> None:
    fake = kind()
    async with serving(everything(fake.answer)) as port:
        api = f"http://127.0.0.1:{port}{fake.at}"
        well = StatusTarget("other", fake.kind, "p1", VARIABLE, {"shop": "c1"}, api, allow_private_address=True)
        assert await told(policy_of(well)) == []
        assert await told(POLICY) == []
        wrong = replace(well, components={"shop": "c1", "search": "c9"})
        assert await told(policy_of(wrong)) == [
            ("status_components", True, "The status page other has no component search (c9).")
        ]
        ((code, must_mend, text),) = await told(policy_of(well), "wrong")
        assert (code, must_mend) == ("status_target", True)
        assert text == f"The status page other (p1) cannot be seen with the token in {VARIABLE}: status 401."
        ((_, _, text),) = await told(policy_of(replace(well, page="p2")))
        assert "there is no such page" in text
        fake.is_down = True
        ((_, must_mend, text),) = await told(policy_of(well))
        assert (must_mend, "(status 503)" in text) == (False, True)
        assert fake.incidents == []
