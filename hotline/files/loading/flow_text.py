"""A call flow's text, as far as it can be used. A flow with a dead end cannot run, but can be drawn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from hotline.core.calls.flow import Flow
from hotline.files.checks.flow import read_flow
from hotline.files.findings.finding import Finding
from hotline.files.yaml.reading import read


@dataclass(frozen=True, slots=True)
class FlowText:
    """The flow, if it can be drawn. `findings` are those of the file by itself."""

    flow: Flow | None
    findings: Sequence[Finding]


def read_flow_text(id: str, path: str, raw: bytes) -> FlowText:
    """Read a call flow file by itself."""
    document = read(path, raw)
    if isinstance(document, Finding):
        return FlowText(None, (document,))
    found = read_flow(id, document)
    return FlowText(found.flow, tuple(document.findings))
