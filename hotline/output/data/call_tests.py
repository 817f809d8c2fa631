"""Results of call tests, as data."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from hotline.files import Finding, as_json
from hotline.practice.call_tests import CallTestResult


def results_as_json(
    findings: Iterable[Finding], results: Iterable[CallTestResult], wordings: bool = False
) -> dict[str, Any]:
    """Return the results as JSON.

    `findings` and `failures` have the shape of those in `hotline check --json`; a failure's code is the field that was
    not met. `call` is the record of `hotline call --json`. With `wordings`, each also has its message and help in a
    form that pages can translate.
    """
    printed = _with_wordings if wordings else as_json
    return {
        "findings": printed(findings),
        "tests": [
            {
                "name": result.test.name,
                "flow": result.test.hotline.id,
                "file": result.test.document.file,
                "line": result.test.line,
                "passed": result.passed,
                "failures": printed(result.failures),
                "call": result.call.to_dict(),
            }
            for result in results
        ],
    }


def _with_wordings(findings: Iterable[Finding]) -> list[dict[str, Any]]:
    found = list(findings)
    return [
        {**printed, "wordings": {"message": one.message.as_data(), "help": one.help.as_data()}}
        for printed, one in zip(as_json(found), found, strict=True)
    ]
