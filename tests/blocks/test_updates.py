"""Updates as audiences read them, and whose update is due."""

from bot.blocks.updates import for_audience, promised_for, updated, way_to_tell
from bot.domain.timeline import Promise, ToldAudience, Update, UpdatePosted
from tests.domain.given import BO, XENIA, after, declared

EXECUTIVES = ToldAudience("executives", promised=Promise(after(30)), headings=("Impact", "Outlook"), people=(XENIA,))
POSTED = UpdatePosted(
    at=after(1),
    by=BO,
    update=Update("half of all orders fail", "rolling <!channel> back", "none"),
    next_update=Promise(after(16)),
    audiences=(EXECUTIVES,),
)


def test_the_channel_reads_whom_an_update_is_for_and_when_each_hears_next() -> None:
    told = updated(POSTED).text
    assert told.startswith("Update for stakeholders and executives by")
    assert "*Conditions:* half of all orders fail" in told
    assert "<!channel>" not in told
    assert "Next update: stakeholders by" in told
    assert "· executives by" in told


def test_an_audience_reads_it_under_its_own_headings_with_its_own_time() -> None:
    told = for_audience(declared(), POSTED, EXECUTIVES)
    assert "*Impact:* half of all orders fail" in told.text
    assert "*Outlook:* rolling" in told.text
    assert "<!channel>" not in str(told.blocks)
    assert "stakeholders" not in str(told.blocks)
    assert str(told.blocks).count("Next update by") == 1


def test_what_is_due_at_one_time_is_told_in_one() -> None:
    both = promised_for((("stakeholders", after(15)), ("executives", after(15)), ("partners", after(20))), after(1))
    assert [one.partition(" (")[2] for one in both] == ["for stakeholders and executives)", "for partners)"]
    assert "for stakeholders" not in promised_for((("stakeholders", after(15)),), after(1))[0]


def test_the_way_to_tell_all_of_them_is_one_command_and_customers_have_their_own() -> None:
    assert way_to_tell((("stakeholders", after(1)),)) == "`/incident update &lt;text&gt;`"
    assert "for:stakeholders,executives" in way_to_tell((("stakeholders", after(1)), ("executives", after(1))))
    customers = way_to_tell((("customers", after(1)),))
    assert customers == "`/incident status-page draft investigating`"
    assert way_to_tell((("executives", after(1)), ("customers", after(1)))).endswith(f"; for customers {customers}")
