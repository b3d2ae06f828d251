"""Stories that cannot be read are refused, with where and why."""

from pathlib import Path

import pytest

from bot.demo.story import StoryError, read, shipped


@pytest.mark.parametrize("name", sorted(shipped()))
def test_every_shipped_story_is_read_by_its_name_and_goes_forward(name: str) -> None:
    story = read(name)
    times = [event.at for event in story.events]
    assert story.story == name
    assert times == sorted(times)
    assert {event.by for event in story.events} <= set(story.people)


def test_an_unknown_name_is_answered_with_the_names_there_are() -> None:
    with pytest.raises(StoryError) as refused:
        read("nowhere")
    assert all(name in str(refused.value) for name in shipped())


@pytest.mark.parametrize("content", [b"", b"[]", b"a: [", b"\xff\xfe\x00", b"story: x\nsurprise: 1\n"])
def test_a_file_that_is_no_story_is_refused_with_its_path(content: bytes, tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    file.write_bytes(content)
    with pytest.raises(StoryError, match=r"mine\.yaml"):
        read(str(file))


@pytest.mark.parametrize("at", ["90m", "+", "+1h 30m", "+30m1h", "-5m", "5"])
def test_offsets_are_written_one_way(at: str, tmp_path: Path) -> None:
    path = next(iter(shipped().values()))
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    place = next(number for number, line in enumerate(lines) if "at: " in line and "+" in line)
    before, _, after = lines[place].partition("at: ")
    rest = after[after.index(",") :] if "," in after else "\n"
    lines[place] = f'{before}at: "{at}"{rest}'
    changed = tmp_path / "changed.yaml"
    changed.write_text("".join(lines), encoding="utf-8")
    with pytest.raises(StoryError, match="is no offset such as"):
        read(str(changed))
