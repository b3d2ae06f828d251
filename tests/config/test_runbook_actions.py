"""How a step names an action: on a line of its own, in a form that reads well anywhere; nothing else is one."""

from pathlib import Path

import pytest

from bot.config.runbook_markdown import contents
from bot.config.runbooks import Shelf, findings, unknown_actions


@pytest.mark.parametrize(
    "text",
    [
        "1. Restart some pods.\n\n   Action: `restart percent=10`\n",
        "1. Restart some pods.\n   Action: `restart percent=10`\n",
        "1. **Restart some pods.**\n\n   **Action:** `restart percent=10`\n",
        "1. Restart some pods.\n   - Action: `restart   percent=10`\n   - it takes a minute\n",
        "1. Restart some pods.\n\n   ```sh\n   kubectl get pods\n   ```\n\nAction: `restart percent=10` (asks first)\n",
    ],
)
def test_an_action_stands_on_a_line_of_its_own(text: str) -> None:
    found = contents(text)
    assert [one.action for one in found.steps] == ["restart percent=10"]
    assert found.findings == ()


@pytest.mark.parametrize(
    "text",
    [
        "1. Run `restart percent=10`.\n",
        "1. Restart.\n\n   The action: `restart`\n",
        "1. Restart.\n\n   > Action: `restart`\n",
        "1. Restart.\n\n   ```\n   Action: `restart`\n   ```\n",
        "Action: `restart`\n",
    ],
)
def test_anything_else_is_text(text: str) -> None:
    assert [one.action for one in contents(text).steps if one.action] == []


def test_what_names_no_action_and_what_comes_second_is_noted() -> None:
    wrong = contents("1. Restart.\n\n   Action: `kubectl rollout restart deployment/x`\n")
    assert [one.action for one in wrong.steps] == [""]
    assert "names no action; write for example Action: `restart-checkout percent=10`" in wrong.findings[0].text
    twice = contents("1. Restart.\n\n   Action: `restart`\n\n   Action: `drain`\n")
    assert [one.action for one in twice.steps] == ["restart"]
    assert twice.findings[0].text == "step 1 names 2 actions; the first counts, divide the step"


def test_front_matter_names_actions_by_number_and_the_step_wins(tmp_path: Path) -> None:
    front = "---\nactions: {1: drain, 2: restart  percent=10, 3: rm -rf /}\n---\n"
    text = f"{front}1. Look.\n2. Restart.\n\n   Action: `restart`\n3. Wait.\n"
    (tmp_path / "restart.md").write_text(text, encoding="utf-8")
    (tmp_path / "drain.md").write_text("1. Drain.\n", encoding="utf-8")
    (tmp_path / "runbooks.yml").write_text("drain.md:\n  actions: {1: drain region=eu}\n", encoding="utf-8")
    library = Shelf([tmp_path]).look()
    drain, restart = library.runbooks
    assert [one.action for one in drain.steps] == ["drain region=eu"]
    assert [one.action for one in restart.steps] == ["", "restart", ""]
    assert ["names no action" in one.text for one in findings(library)] == [True]

    (tmp_path / "restart.md").write_text(text.replace(", 3: rm -rf /", ""), encoding="utf-8")
    library = Shelf([tmp_path]).look()
    assert [one.action for one in library.runbooks[1].steps] == ["drain", "restart", ""]
    (unknown,) = unknown_actions(library, {"drain"})
    assert (unknown.line, unknown.text) == (7, "step 2 names the action `restart`, which the policy does not have")
