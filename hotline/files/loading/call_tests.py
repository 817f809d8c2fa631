"""Files of call tests (`call_flows/tests/*.yaml`): their checks, and the resulting tests."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

from hotline.core.calls.flow import FixedDial, Hotline
from hotline.core.calls.rung_phones import rung_phones
from hotline.core.wording import Wording
from hotline.files.findings.finding import Finding, in_order
from hotline.files.findings.suggest import did_you_mean
from hotline.files.findings.unreadable import clip
from hotline.files.loading.load import Loaded
from hotline.files.shapes.call_tests import EXPECTATIONS, NOBODY, STAND_INS, CallTestEntry, CallTestFile
from hotline.files.shapes.fitting import fit
from hotline.files.values.names import Reference, check_references
from hotline.files.yaml.document import Document, Path, entries, mapping, names
from hotline.files.yaml.reading import read

FOLDER = "call_flows/tests"

_NUMBER = re.compile(r"\+?[\d\s().-]+", re.ASCII)
_PEOPLE = ("rings", "rings_first", "never_rings")
_SPOKEN = ("hears", "does_not_hear", "volunteer_hears")


@dataclass(frozen=True, slots=True)
class CallTest:
    """A call test of a hotline, with the document that it is written in."""

    document: Document
    place: int
    hotline: Hotline
    entry: CallTestEntry

    @property
    def name(self) -> str:
        return " ".join(self.entry.name.split())

    @property
    def line(self) -> int:
        """The line of the file in which the test begins, from 1."""
        return self.document.line_of(("tests", self.place, "name"))

    def finding(self, message: Wording, help: Wording, *path: str | int) -> Finding:
        """Return the problem of the call, at the expectation at `path` of this test. Its code is that field's name."""
        scratch = Document(self.document.file, self.document.lines, self.document.root)
        scratch.report(str(path[0]), ("tests", self.place, *path), message, help)
        return scratch.findings[0]


@dataclass(frozen=True, slots=True)
class FileOfCallTests:
    """The tests of some files, all problems of those files, and the tested flows whose own files are broken."""

    tests: tuple[CallTest, ...]
    findings: tuple[Finding, ...]
    broken_flows: frozenset[str]


def read_call_tests(texts: Mapping[str, bytes], loaded: Loaded) -> FileOfCallTests:
    """Read the tests in `texts` (content by file name) for the hotlines of `loaded`. File problems raise nothing."""
    tests: list[CallTest] = []
    findings: list[Finding] = []
    broken: set[str] = set()
    for file, raw in texts.items():
        document = read(file, raw)
        if isinstance(document, Finding):
            findings.append(document)
            continue
        flow = _flow_of(document, loaded)
        if flow in loaded.broken:
            broken.add(flow)
        tests.extend(_read(document, loaded.hotlines.get(flow)))
        findings.extend(document.findings)
    return FileOfCallTests(tuple(tests), in_order(findings), frozenset(broken))


def plain(name: str) -> str:
    """Return a volunteer's name as it is, a phone number without spaces and punctuation."""
    return re.sub(r"[\s().-]", "", name) if _NUMBER.fullmatch(name) else name.strip()


def fixed_numbers(hotline: Hotline) -> tuple[str, ...]:
    """The numbers that its steps dial, without volunteers' phones, which have the volunteer's name."""
    phones = {one.volunteer.phone for one in rung_phones(hotline).values()}
    dialled = (step.action.number for step in hotline.flow.steps.values() if isinstance(step.action, FixedDial))
    return tuple(number for number in dict.fromkeys(dialled) if number not in phones)


def _flow_of(document: Document, loaded: Loaded) -> str:
    named = document.get("flow")
    flow = named if isinstance(named, str) else PurePosixPath(document.file).stem
    known = (*loaded.hotlines, *loaded.broken)
    if flow not in known and isinstance(document.plain, dict):
        document.report(
            "unknown-flow",
            ("flow",) if named is not None else (),
            Wording("There is no call flow `%(flow)s`.", flow=clip(flow)),
            did_you_mean(flow, known)
            or Wording("Name the call flow to test, for example flow: %(flow)s", flow=next(iter(known), "rise")),
        )
    return flow


def _read(document: Document, hotline: Hotline | None) -> Iterator[CallTest]:
    fitted = fit(document, CallTestFile, STAND_INS)
    if fitted is None:
        return
    if not fitted.value.tests and fitted.whole("tests"):
        message = Wording("This file has no tests.")
        document.report("missing-field", ("tests",), message, Wording("Add a test, or delete the file."))
    for place, entry in entries(document.get("tests")):
        _check_expectations(document, ("tests", place), entry)
    if hotline is None:
        return
    known = {*rung_phones(hotline), *fixed_numbers(hotline)}
    check_references(document, _people(document), known, "volunteer")
    check_references(document, _talked_with(document), {*known, NOBODY}, "volunteer")
    _check_languages(document, hotline)
    if not document.errors:
        for place, test in enumerate(fitted.value.tests):
            yield CallTest(document, place, hotline, test)


def _check_expectations(document: Document, path: Path, entry: Mapping[str, object]) -> None:
    if all(entry.get(field) is None for field in EXPECTATIONS):
        document.report(
            "nothing-expected",
            path,
            Wording("This test expects nothing, so it proves nothing."),
            Wording("Write what should happen: hears, rings, talks_with, ended_by …"),
            part="key",
        )


def _people(document: Document) -> Iterator[Reference]:
    for place, test in entries(document.get("tests")):
        for name in mapping(test.get("phones")):
            yield Reference(("tests", place, "phones", name), plain(name), "key")
        for field in _PEOPLE:
            for number, name in names(test.get(field)):
                yield Reference(("tests", place, field, number), plain(name))


def _talked_with(document: Document) -> Iterator[Reference]:
    for place, test in entries(document.get("tests")):
        name = test.get("talks_with")
        if isinstance(name, str):
            yield Reference(("tests", place, "talks_with"), plain(name))


def _check_languages(document: Document, hotline: Hotline) -> None:
    known = hotline.flow.languages
    for place, test in entries(document.get("tests")):
        for field in _SPOKEN:
            for number, words in entries(test.get(field)):
                for language in words:
                    if language not in known:
                        document.report(
                            "unknown-language",
                            ("tests", place, field, number, language),
                            Wording("There is no language `%(name)s`.", name=clip(language)),
                            did_you_mean(language, known)
                            or Wording(
                                "If this is a text with a colon, put it all in quotes. "
                                "The languages of this call flow are: "
                                "%(names)s.",
                                names=", ".join(known),
                            ),
                            part="key",
                        )
