"""How findings are shown to people and to programs."""

from __future__ import annotations

import json
from io import StringIO

from rich.console import Console

from hotline.files import as_json, load_texts, render
from hotline.files.findings.finding import Finding
from hotline.files.findings.printed import spot
from tests.files.good import ROTA, texts


def printed(findings: tuple[Finding, ...], colour: bool = False) -> str:
    screen = StringIO()
    render(findings, Console(file=screen, width=80, force_terminal=colour, color_system="standard" if colour else None))
    return screen.getvalue()


def test_a_finding_is_printed_as_a_good_compiler_does() -> None:
    findings = load_texts(texts(rota=ROTA.replace("[amy, ben]", "[amy, bne]"))).findings
    assert printed(findings) == (
        "rota/rise.yaml:6:64: error[unknown-volunteer]: There is no volunteer `bne`.\n"
        "  |\n"
        "6 |   - {name: Always, days: every day, hours: 24h, on_call: [amy, bne]}\n"
        "  |                                                                ^^^\n"
        "  = help: Did you mean `ben`?\n\n"
        "1 error. Ask `hotline explain CODE` about any code.\n"
    )


def test_there_is_colour_on_a_terminal_and_none_elsewhere() -> None:
    findings = load_texts(texts(rota=b"")).findings
    assert "\x1b[" in printed(findings, colour=True)
    assert "\x1b[" not in printed(findings)


def test_words_in_brackets_are_printed_as_they_are() -> None:
    assert "[bold]" in printed(load_texts(texts(rota=ROTA.replace("[amy, ben]", "[bold]"))).findings)


def test_nothing_wrong_is_said() -> None:
    assert printed(()) == "No problems found.\n"


def test_json_has_exactly_the_agreed_fields() -> None:
    [finding] = as_json(load_texts(texts(rota=b"")).findings)
    assert list(finding) == ["code", "severity", "file", "line", "column", "message", "help"]
    assert json.loads(json.dumps(finding))["code"] == "file-empty"


def finding(source: str, column: int, length: int) -> Finding:
    return Finding("x", "error", "f", 1, column, "m", "h", source, length)


def test_a_long_line_is_shown_around_its_spot() -> None:
    source, indent, width = spot(finding("a" * 500 + "HERE" + "b" * 500, 501, 4))
    assert source[indent : indent + width] == "HERE"
    assert len(source) <= 102


def test_wide_letters_are_underlined_in_full() -> None:
    assert spot(finding("  日本語: x", 3, 3)) == ("  日本語: x", 2, 6)
    assert spot(finding("日本: x", 5, 1)) == ("日本: x", 6, 1)


def test_tabs_and_control_characters_do_not_move_the_caret() -> None:
    assert spot(finding("\t\x1b[31mx", 7, 1)) == ("  [31mx", 6, 1)
