"""What the pages for coordinators say is done, step by step, and comes out as they say."""

from __future__ import annotations

from pathlib import Path

import pytest

from hotline.files.shapes.schema import FORMATS
from tests.page import PAGE, PageError, run_page, with_sections
from tests.samples import README, refreshed

START = '```sh\nhotline init --yes --name RISE --number "+1 410 555 0100" --volunteer "Amy=+1 410 555 0111"\n```\n'


def test_the_coordinators_page_is_true_from_its_first_line_to_its_last(tmp_path: Path) -> None:
    """If only what a command prints has changed, `python -m tests.page` writes it into the page."""
    text = PAGE.read_text("utf-8")
    found, commands = run_page(text, tmp_path)
    assert found == text
    assert commands >= {
        *("init", "check", "explain", "who", "preview", "gaps", "diff", "fairness"),
        *("away", "cover", "swap", "ics", "schema"),
    }


def test_the_sample_of_output_in_the_readme_is_what_is_printed() -> None:
    """If only what is printed has changed, `python -m tests.samples` writes it into the page."""
    text = README.read_text("utf-8")
    assert refreshed(text) == text
    assert refreshed(text.replace("Amy Br", "Ann Br")) == text


def test_the_page_speaks_of_every_field_of_a_rota() -> None:
    text = PAGE.read_text("utf-8")
    made = FORMATS["rota"].model_json_schema()
    for part in (made, *made["$defs"].values()):
        for name in part.get("properties", {}):
            assert f"{name}:" in text or f"`{name}`" in text, name


@pytest.mark.parametrize(
    "block",
    [
        "```yaml\nshifts:\n  - {hours: 25h, on_call: [amy]}\n```",
        "```sh\nhotline who --at yesterday\n```",
        "```sh\nhotline whom\n```",
        "```console fails\n$ hotline check\n```",
    ],
)
def test_a_page_that_is_not_true_is_found_out(block: str, tmp_path: Path) -> None:
    with pytest.raises(PageError):
        run_page(START + block + "\n", tmp_path)


def test_what_a_command_printed_otherwise_is_found_out(tmp_path: Path) -> None:
    page = START + "```console\n$ hotline explain gap\nall is well\n```\n"
    assert run_page(page, tmp_path)[0] != page


def test_sections_take_the_place_of_those_that_were_there() -> None:
    rota = "timezone: UTC\nvolunteers:\n  amy: {}\n\nshifts:\n  - one\n"
    assert with_sections(rota, "shifts:\n  - two\n") == "timezone: UTC\nvolunteers:\n  amy: {}\n\nshifts:\n  - two\n"
    assert with_sections(rota, "backup: [amy]\n") == rota + "backup: [amy]\n"
    assert with_sections(rota, "timezone: UTC\n") == "timezone: UTC\n"
