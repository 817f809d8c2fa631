"""A forecast in short."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from hotline.core.forecast.forecast import Year, forecast
from hotline.core.forecast.lines import line_of
from hotline.core.forecast.summary import ForecastSummary, files_digest, summary_of
from hotline.core.rota.rota import Ringing
from tests.lines import hotline

START = datetime(2026, 1, 5, tzinfo=UTC)
KEY = b"k" * 32
DIGEST = """
from hotline.core.forecast.summary import files_digest
from hotline.files import load_texts
from tests.files.good import texts
print(files_digest(load_texts(texts()).hotlines["rise"], b"k" * 32))
"""


@pytest.fixture(scope="module")
def summary() -> ForecastSummary:
    found = forecast(line_of(hotline()), Year(START, at_least=1_500), random.Random(1))
    return summary_of(found, made_at=1, handsets="B", calls_a_month=30.04, from_log=False)


def test_it_comes_back_from_json_as_it_was(summary: ForecastSummary) -> None:
    assert ForecastSummary.of_data(json.loads(json.dumps(summary.as_data()))) == summary
    assert summary.calls_a_month == 30.0
    assert sum(hour.calls for hour in summary.week) == summary.calls


@pytest.mark.parametrize(
    "other",
    [
        {"handsets": "D"},
        {"week": [[1, 2.0]]},
        {"within": [0.1]},
        {"nobody": None},
        {"median": float("nan")},
        {"calls": True},
        {"rings": [["amy", 1.0]]},
    ],
)
def test_anything_else_is_refused(summary: ForecastSummary, other: dict[str, object]) -> None:
    with pytest.raises((KeyError, TypeError, ValueError)):
        ForecastSummary.of_data({**summary.as_data(), **other})


def test_the_digest_changes_with_the_files() -> None:
    line = hotline()
    edited = replace(line, rota=replace(line.rota, ringing=Ringing(at_once=2)))
    assert files_digest(line, KEY) == files_digest(hotline(), KEY)
    assert files_digest(line, KEY) != files_digest(edited, KEY)
    assert files_digest(line, KEY) != files_digest(line, b"another")


def test_the_digest_is_the_same_in_every_process() -> None:
    """The web process and the worker have to mean the same forecast, whatever seed their hashes have."""
    digests = {
        subprocess.run(
            [sys.executable, "-c", DIGEST],
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": ":".join(sys.path)},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2", "3")
    }
    assert len(digests) == 1
