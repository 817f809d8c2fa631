"""A call flow's text as far as it can be used: with a dead end it is no flow to run, and still one to draw."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from hotline.core.calls.flow import Flow
from hotline.files.checks.flow import read_flow
from hotline.files.findings.finding import Finding
from hotline.files.yaml.reading import read


@dataclass(frozen=True, slots=True)
class FlowText:
    """The flow, if there is one to draw; `findings` are those of the file by itself."""

    flow: Flow | None
    findings: Sequence[Finding]


def read_flow_text(id: str, path: str, raw: bytes) -> FlowText:
    """Return what a call flow file comes to by itself."""
    document = read(path, raw)
    if isinstance(document, Finding):
        return FlowText(None, (document,))
    found = read_flow(id, document)
    return FlowText(found.flow, tuple(document.findings))
