"""Volunteers imported from a table: columns matched by eye, bad rows named, nothing lost."""

from __future__ import annotations

import io
import zipfile

import pytest

from hotline.files.edits.rewrite import content_of
from hotline.files.findings.unreadable import Unreadable
from hotline.files.values.tables import table_of_file, table_of_text, text_of_table
from hotline.pages.setup.importing import ImportForm, found_people
from tests.files.good import ROTA
from tests.pages.conftest import Site
from tests.pages.setup.test_forms import rota_of
from tests.pages.visitor import Visitor, forms

TABLE = (
    "First name;Last name;Mobile;Languages;Notes\n"
    "Cho;Min-ji;410 555 0113;en, es;likes nights\n"
    "Dee;Washington;14105550114;;\n"
    "Ben;Again;+1 410 555 0112;;known\n"
    ";;410 555 0115;;\n"
    "Eli;Castro;12;;\n"
    "Fay;O'Connell;(410) 555-0116;es;\n"
)


def excel(rows: list[list[str]], merged: str = "", **others: list[list[str]]) -> bytes:
    """The least that is an Excel file with these rows, and with other sheets by name."""
    sheets = {"A": rows, **others}
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006"
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        packed.writestr(
            "[Content_Types].xml",
            f'<Types xmlns="{package}/content-types"><Default Extension="xml" ContentType="application/xml"/></Types>',
        )
        packed.writestr(
            "_rels/.rels",
            f'<Relationships xmlns="{package}/relationships"><Relationship Id="rId1" Type="{office}/officeDocument"'
            ' Target="xl/workbook.xml"/></Relationships>',
        )
        packed.writestr(
            "xl/workbook.xml",
            f'<workbook xmlns="{main}" xmlns:r="{office}"><sheets>'
            + "".join(f'<sheet name="{name}" sheetId="{at}" r:id="rId{at}"/>' for at, name in enumerate(sheets, 1))
            + "</sheets></workbook>",
        )
        packed.writestr(
            "xl/_rels/workbook.xml.rels",
            f'<Relationships xmlns="{package}/relationships">'
            + "".join(
                f'<Relationship Id="rId{at}" Type="{office}/worksheet" Target="worksheets/sheet{at}.xml"/>'
                for at in range(1, len(sheets) + 1)
            )
            + "</Relationships>",
        )
        for at, sheet in enumerate(sheets.values(), 1):
            cells = "".join(
                "<row>" + "".join(f'<c t="inlineStr"><is><t>{one}</t></is></c>' for one in row) + "</row>"
                for row in sheet
            )
            packed.writestr(
                f"xl/worksheets/sheet{at}.xml",
                f'<worksheet xmlns="{main}"><sheetData>{cells}</sheetData>{merged if at == 1 else ""}</worksheet>',
            )
    return out.getvalue()


def sent(visitor: Visitor, data: dict[str, object]) -> str:
    page = visitor.get("/rota/rise/import").text
    token = next(one.fields["csrf_token"] for one in forms(page) if "/import" in one.action)
    return visitor.client.post("/rota/rise/import", data={"csrf_token": token, **data}, buffered=True).text


def again(visitor: Visitor, page: str, last: bool, **data: str) -> str:
    """Send a form of the page again: the last saves."""
    form = [one for one in forms(page) if "/import" in one.action][-1 if last else 0]
    answer = visitor.client.post(form.action, data={**form.fields, **data}, buffered=True, follow_redirects=True)
    return answer.text


@pytest.mark.parametrize("kind", ["csv", "excel", "pasted"])
def test_a_table_becomes_volunteers(site: Site, coordinator: Visitor, kind: str) -> None:
    rows = [line.split(";") for line in TABLE.splitlines()]
    data: dict[str, object] = {"text": text_of_table(rows)}
    if kind != "pasted":
        raw = excel(rows) if kind == "excel" else TABLE.encode("cp1252")
        data = {"file": (io.BytesIO(raw), f"people.{kind}")}
    page = sent(coordinator, data)
    fields = next(one for one in forms(page) if "use_0" in one.fields).fields
    assert [fields[f"use_{at}"] for at in range(5)] == ["first", "last", "phone", "languages", ""]
    assert fields["headed"] == "yes"
    page = again(coordinator, page, last=False)
    assert "3 new volunteers" in page
    assert "3 rows cannot be used" in page
    for words in ("Ben Ruiz has this phone already.", "There is no name.", "Row 6 (Eli, Castro, 12)"):
        assert words in page
    assert rota_of(site) == ROTA
    refused = again(coordinator, page, last=True, step="write")
    assert "tick the box" in refused
    assert "Eli" in refused
    assert "Saved." in again(coordinator, refused, last=True, step="write", sure="yes")
    content = content_of(rota_of(site))
    assert content["volunteers"] == {
        **content_of(ROTA)["volunteers"],  # type: ignore[dict-item]
        "cho": {"name": "Cho Min-ji", "phone": "+1 410 555 0113", "languages": ["en", "es"]},
        "dee": {"name": "Dee Washington", "phone": "+14105550114"},
        "fay": {"name": "Fay O'Connell", "phone": "+1 (410) 555-0116", "languages": ["es"]},
    }


def test_a_row_is_corrected_in_place(coordinator: Visitor) -> None:
    page = sent(coordinator, {"text": "Cho Min-ji\t410 555 01"})
    page = again(coordinator, page, last=False)
    assert "No row can be used." in page
    page = again(coordinator, page, last=False, text="Cho Min-ji\t410 555 0113")
    assert "1 new volunteer" in page


def test_columns_must_be_matched(coordinator: Visitor, viewer: Visitor) -> None:
    page = sent(coordinator, {"text": "Cho Min-ji\t410 555 0113"})
    assert "Say which column holds the phone numbers." in again(coordinator, page, last=False, use_1="")
    assert "table is empty" in sent(coordinator, {"text": " ", "use_0": ""})
    assert viewer.get("/rota/rise/import").status_code == 403


def test_what_is_no_table_says_so(coordinator: Visitor) -> None:
    for raw in (b"PK\x03\x04broken", b"\x89PNG\0\0", excel([])[:-40]):
        assert "cannot be read as a table" in sent(coordinator, {"file": (io.BytesIO(raw), "x.xlsx")})
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/workbook.xml", b"0" * 30_000_000)
    with pytest.raises(Unreadable):
        table_of_file(bomb.getvalue())
    with pytest.raises(Unreadable):
        table_of_text("a\n" * 1_001)


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("sep=;\nName;Phone\nAmy, B;1\n", [["Name", "Phone"], ["Amy, B", "1"]]),
        ('Name;Phone\nAmy ="B";="01"\n', [["Name", "Phone"], ['Amy ="B"', "01"]]),
        ("Volunteers, 2026\nName;Phone\nAmy;1\n", [["Volunteers, 2026", ""], ["Name", "Phone"], ["Amy", "1"]]),
        ("Amy,1,en;es\nBen,2,en;es\n", [["Amy", "1", "en;es"], ["Ben", "2", "en;es"]]),
        ('Amy,="+1 410"\n', [["Amy", "+1 410"]]),
        ("\ufeffName\tPhone\nAmy\t1\n", [["Name", "Phone"], ["Amy", "1"]]),
        ("Amy" + "," * 30 + "1\n", [["Amy", "1"]]),
    ],
)
def test_tables_as_programs_write_them(text: str, rows: list[list[str]]) -> None:
    assert table_of_text(text) == rows
    assert table_of_file(text.encode("utf-8")).rows == rows
    assert table_of_file(text.encode("utf-16")).rows == rows


def test_rows_after_many_empty_ones_are_read() -> None:
    rows = [["Amy", "1"], *[["", ""]] * 1_500, ["Ben", "2"]]
    assert table_of_file(excel(rows)).rows == [["Amy", "1"], ["Ben", "2"]]
    with pytest.raises(Unreadable, match="more than"):
        table_of_file(excel([["Amy", "1"], *[["", ""]] * 1_500, *[["Ben", "2"]] * 1_000]))


def test_what_of_a_workbook_is_not_read_is_told(coordinator: Visitor) -> None:
    people = [["Name", "Phone"], ["Cho Min-ji", "410 555 0113"], ["Dee", "410 555 0114"]]
    merged = '<mergeCells count="2"><mergeCell ref="A1:B1"/><mergeCell ref="C2:C3"/></mergeCells>'
    page = sent(coordinator, {"file": (io.BytesIO(excel(people, merged, Old=people, Empty=[])), "x.xlsx")})
    assert "Only the sheet “A” was read. Not read: “Old”." in page
    assert "Some cells are merged, the first in row 2." in page
    page = again(coordinator, page, last=False)
    assert "was read" not in page
    assert "2 new volunteers" in page
    assert table_of_file(excel(people, merged.replace("C2:C3", "A1:C1"), Empty=[])).notes == []


def test_an_invisible_letter_of_a_name_is_named(coordinator: Visitor) -> None:
    page = sent(coordinator, {"text": "Ann\u200b Lee\t410 555 0113"})
    page = again(coordinator, page, last=False)
    assert "After “Ann”, this name has an invisible character (U+200B, zero width space)." in page


@pytest.mark.parametrize(
    ("typed", "prefix", "number"),
    [
        ("06 1234 5678", "+39", "+390612345678"),
        ("020 7946 0018", "+44", "+442079460018"),
        ("(020) 7946 0018", "+44", "+442079460018"),
        ("06 1 234 5678", "+36", "+3612345678"),
        ("8 912 345 67 89", "+7", "+79123456789"),
        ("0410 555 011", "+61", "+61410555011"),
        ("14105550111.0", "+1", "+14105550111"),
        ("'+1 410 555 0111", "+49", "+14105550111"),
        ("49 30 1234567 x5", "+49", ""),
        ("49 30 1234567890 x5", "+49", ""),
        ("1.41056E+10", "+1", ""),
    ],
)
def test_a_national_number_is_that_of_its_country(typed: str, prefix: str, number: str) -> None:
    form = ImportForm("", [["Cho", typed]], ["name", "phone"], False, prefix)
    found = found_people(form, {})
    assert ["".join(one for one in str(entry["phone"]) if one in "+0123456789") for entry in found.people.values()] == (
        [number] if number else []
    )
    assert bool(found.bad) is not bool(number)


@pytest.mark.parametrize(
    ("typed", "codes"),
    [
        ("English, español", ["en", "es"]),
        ("Inglés y español", ["en", "es"]),
        ("EN-US / es", ["en", "es"]),
        ("Haitian Creole", ["ht"]),
        ("", None),
        ("Klingon", "“klingon” is no language known here. Write its name or its code."),
    ],
)
def test_languages_may_have_their_names(typed: str, codes: list[str] | str | None) -> None:
    form = ImportForm("", [["Cho", "+1 410 555 0113", typed]], ["name", "phone", "languages"], False, "+1")
    found = found_people(form, {})
    if isinstance(codes, str):
        assert [why for _, _, why in found.bad] == [codes]
    else:
        assert [entry.get("languages") for entry in found.people.values()] == [codes]
