"""Hotlines built by hand, for tests of the core that need no files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, tzinfo

from hotline.core.calls.flow import Continue, FixedDial, Flow, Goodbye, Hotline, Hunt, Language, Menu, Step, Target
from hotline.core.rota.on_call import Schedule
from hotline.core.rota.rota import Pattern, Ringing, Rota, Shift, Volunteer

NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)
NUMBER = "+14105550100"
USUAL = Ringing()
EVERY_DAY = frozenset(range(7))


def phone_of(place: int) -> str:
    return f"+1410555{111 + place:04}"


def hotline(
    on_call: Sequence[str] = ("amy", "ben", "cho"),
    backup: Sequence[str] = ("chaplain",),
    languages: Mapping[str, tuple[str, ...]] | None = None,
    ringing: Ringing = USUAL,
    volunteers: Sequence[str] = (),
    steps: Mapping[str, Step] | None = None,
    zone: tzinfo = UTC,
) -> Hotline:
    """A line with these volunteers on call round the clock, and a small flow in English and Spanish."""
    names = list(dict.fromkeys((*volunteers, *on_call, *backup)))
    known = {
        name: Volunteer(name, name.title(), phone_of(place), (languages or {}).get(name, ()))
        for place, name in enumerate(names)
    }
    shifts = (Shift("Always", Pattern(EVERY_DAY, 0, 1440), tuple(on_call)),) if on_call else ()
    rota = Rota("line", zone, "UTC", known, shifts, backup=tuple(backup), ringing=ringing)
    flow = Flow(
        id="line",
        name="Line",
        numbers=(NUMBER,),
        rota="line",
        languages={"en": Language("en", "en-US"), "es": Language("es", "es-US", "Polly.Lupe-Neural")},
        start="welcome",
        steps=steps or STEPS,
    )
    return Hotline(flow, rota, Schedule(rota))


STEPS = {
    "welcome": Step(
        "welcome",
        {"en": "Welcome.", "es": "Bienvenido."},
        Menu(
            {"1": Target("reach"), "2": Target("about"), "9": Target("welcome", "es")},
            wait=4,
            no_key="reach",
            wrong_key="welcome",
        ),
    ),
    "about": Step("about", {"en": "About.", "es": "Acerca."}, Continue("welcome")),
    "reach": Step(
        "reach",
        {"en": "Finding someone.", "es": "Buscando."},
        Hunt({"en": "Still trying.", "es": "Seguimos."}, answered="bye", not_answered="nobody"),
    ),
    "nobody": Step(
        "nobody",
        {"en": "Nobody is free.", "es": "Nadie."},
        Menu({"1": Target("reach")}, wait=6, no_key="reach", wrong_key="reach"),
        at_most=3,
        instead="lifeline",
    ),
    "lifeline": Step("lifeline", {"en": "Lifeline.", "es": "Línea."}, FixedDial("988", "bye")),
    "bye": Step("bye", {"en": "Goodbye.", "es": "Adiós."}, Goodbye()),
}
