"""The numbers and phones of a call flow that cannot be used, as far as its text can be understood."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from datetime import datetime

from hotline.files.checks.dialling import is_number, refusal
from hotline.files.loading.folder import Folder
from hotline.files.loading.rotas import read_rotas

_ROTA = re.compile(r"^rota:\s*[\"']?([\w.-]+)", re.MULTILINE)
_NUMBERS, _DIALLED = re.compile(r"\+\d[\d ().-]{5,20}\d"), re.compile(r"^\s*dial:.*$", re.MULTILINE)


def numbers_in(raw: bytes) -> list[str]:
    """Return the numbers in a call flow's text, but for those that its steps dial."""
    text = _DIALLED.sub("", raw.decode("utf-8", "replace"))
    return ["+" + re.sub(r"\D", "", found) for found in _NUMBERS.findall(text)]


def stranded_phones(
    folder: Folder, flow_id: str, now: datetime, countries: Collection[str]
) -> Mapping[str, tuple[str, ...]]:
    """The numbers of a broken call flow, each with the phones of its rota's backup, then of those on call.

    Taken from the text in spite of any errors: somebody may call before they are fixed.
    """
    return dict(_stranded(folder, flow_id, now, countries))


def _stranded(
    folder: Folder, flow_id: str, now: datetime, countries: Collection[str]
) -> Iterator[tuple[str, tuple[str, ...]]]:
    flow = b"\n".join(folder[path] for path in folder.named("call_flows", flow_id))
    named = _ROTA.search(flow.decode("utf-8", "replace"))
    rota = named[1] if named else flow_id
    schedule = read_rotas({path: folder[path] for path in folder.named("rota", rota)}).schedules.get(rota)
    own = numbers_in(flow)
    known = [number for number in own if is_number(number)]
    phones: tuple[str, ...] = ()
    if schedule is not None:
        who = schedule.at(now)
        volunteers = schedule.rota.volunteers
        everyone = dict.fromkeys(volunteers[one].phone for one in (*who.backup, *who.on_call))
        phones = tuple(phone for phone in everyone if refusal(phone, known, countries) is None)
    for number in own:
        yield number, phones
