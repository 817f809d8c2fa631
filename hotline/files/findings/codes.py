"""All codes of findings, explained for coordinators."""

from __future__ import annotations

from collections.abc import Mapping
from textwrap import fill

from hotline.files.findings.explained_flow import FLOW
from hotline.files.findings.explained_rota import ROTA
from hotline.files.findings.explained_tests import TESTS
from hotline.files.findings.explained_yaml import YAML
from hotline.files.findings.explanation import Explanation

_WIDTH = 100

CODES: Mapping[str, Explanation] = {**YAML, **ROTA, **FLOW, **TESTS}


def explain(code: str) -> str | None:
    """The explanation of a code as text, or None for an unknown code."""
    found = CODES.get(code)
    if found is None:
        return None
    words = (f"{code}: {found.title}", found.meaning, f"How to fix it: {found.mend}", "For example:")
    return "\n\n".join((*(fill(word, _WIDTH, break_on_hyphens=False) for word in words), found.example)) + "\n"


__all__ = ["CODES", "Explanation", "explain"]
