"""Rota files alone, without call flows, for comparing two versions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

from hotline.core.rota.on_call import Schedule
from hotline.files.findings.finding import Finding, in_order
from hotline.files.loading.load import ENDINGS
from hotline.files.yaml.reading import read


@dataclass(frozen=True, slots=True)
class Rotas:
    """The usable rotas, by id, and the findings of the others."""

    schedules: Mapping[str, Schedule]
    errors: tuple[Finding, ...]


def read_rotas(texts: Mapping[str, bytes]) -> Rotas:
    """The rotas in files given by their paths, such as `rota/rise.yaml`, each under its file's name."""
    from hotline.files.checks.rota import read_rota  # as in hotline.files.loading.load

    schedules: dict[str, Schedule] = {}
    errors: list[Finding] = []
    for file, raw in texts.items():
        path = PurePosixPath(file)
        if path.suffix not in ENDINGS:
            continue
        outcome = read(file, raw)
        if isinstance(outcome, Finding):
            errors.append(outcome)
            continue
        found = read_rota(path.stem, outcome)
        errors.extend(finding for finding in outcome.findings if finding.severity == "error")
        if found.rota and not outcome.errors:
            schedules[found.id] = Schedule(found.rota)
    return Rotas(schedules, in_order(errors))
