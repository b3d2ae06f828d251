"""The wording of every message, as it stands in `golden/`."""

import pytest

from tests.blocks.wording import FILES, GOLDEN, written


@pytest.mark.parametrize("name", FILES)
def test_messages_read_as_they_were_reviewed(name: str) -> None:
    assert written(name) == (GOLDEN / name).read_text(encoding="utf-8")
