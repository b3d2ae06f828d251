"""How much Muster says over a whole incident: what `make bench ARGS=calm` counts stays as low as it is."""

from tests.bench import calm
from tests.scenarios.conftest import Company


async def test_a_whole_incident_takes_so_many_lines(company: Company) -> None:
    counts = await calm.play(company)

    assert (counts.messages, counts.topics, counts.repeats) == (10, 5, 0)
    assert counts.lines_first <= 13
