"""Explanations of the errors of a file of call tests."""

from __future__ import annotations

from collections.abc import Mapping

from hotline.files.findings.explanation import Explanation

TESTS: Mapping[str, Explanation] = {
    "unknown-flow": Explanation(
        "call tests for a call flow that does not exist",
        "A file of call tests is for one call flow: the one it names with `flow`, or else the one whose file has the "
        "same name. There is none of that name in the folder call_flows.",
        "Correct the name, or name the file of tests like the call flow.",
        "flow: rise",
    ),
    "nothing-expected": Explanation(
        "a call test that expects nothing",
        "The test makes a call but does not say what should happen, so it proves almost nothing.",
        "Write what the caller should hear, whose phones should ring, or how the call should end.",
        'rings: [amy, ben]\nhears: ["Thank you for calling"]',
    ),
}
