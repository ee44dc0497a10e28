"""README says what is true: its questions get the answers it shows, its settings are ours."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

import server

README = (Path(__file__).parent.parent / "README.md").read_text()
EXAMPLES = re.findall(r"```graphql\n(.*?)```\n```json\n(.*?)```", README, re.DOTALL)


@pytest.mark.parametrize(("question", "answer"), EXAMPLES)
def test_a_question_of_the_readme_gets_the_answer_it_shows(
    ask: Any, question: str, answer: str
) -> None:
    assert json.loads(answer) == ask(question)


def test_the_readme_names_every_setting_and_no_other() -> None:
    rows = re.findall(r"^\| (`COMMONGRID_.*?) \|", README, re.MULTILINE)
    named = {name for row in rows for name in re.findall(r"`(\w+)`", row)}
    assert {f"{server.PREFIX}{name}".upper() for name in server.Settings.model_fields} == named
