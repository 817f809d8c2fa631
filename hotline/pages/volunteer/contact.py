"""A hotline as a contact for a volunteer's phone (vCard 3.0, RFC 2426, which every phone reads)."""

from __future__ import annotations

from hotline.core.calls.flow import Flow

_ESCAPED = str.maketrans({"\\": "\\\\", ",": "\\,", ";": "\\;", "\n": "\\n", "\r": ""})


def vcard(flow: Flow, note: str) -> bytes:
    """The contact: the hotline's name and the one number that its rings come from."""
    name = flow.name.translate(_ESCAPED)
    lines = (
        "BEGIN:VCARD",
        "VERSION:3.0",
        f"N:{name};;;;",
        f"FN:{name}",
        f"ORG:{name}",
        f"TEL;TYPE=VOICE,PREF:{flow.number}",
        f"NOTE:{note.translate(_ESCAPED)}",
        "END:VCARD",
    )
    return "".join(_folded(line) for line in lines).encode()


def _folded(line: str) -> str:
    """Split a line into pieces of at most 75 octets (section 2.6), without cutting a letter in two."""
    pieces, piece = [], ""
    for letter in line:
        if len((piece + letter).encode()) > 73:
            pieces.append(piece)
            piece = ""
        piece += letter
    return "\r\n ".join((*pieces, piece)) + "\r\n"
