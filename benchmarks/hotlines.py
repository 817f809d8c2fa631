"""A folder of many hotlines, the same every time: `python -m benchmarks.hotlines FOLDER 1000 10`."""

from __future__ import annotations

import sys
from pathlib import Path

SHIFTS = (
    ("Weekdays", "mon-fri", "08:00-19:00", (0, 1, 2)),
    ("Nights", "[sun, wed]", "19:00-08:00", (3, 4)),
    ("Nights", "[mon, thu]", "19:00-08:00", (4, 5)),
    ("Nights", "tue", "19:00-08:00", (3, 5)),
    ("Friday night", "fri", "19:00-08:00", (5, 6)),
    ("Saturday", "sat", "08:00-19:00", (7, 4)),
    ("Saturday night", "sat", "19:00-08:00", (8, 3)),
    ("Sunday", "sun", "08:00-19:00", (9, 5)),
)
ZONES = ("America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles")


def flow_text(number: int) -> str:
    """The call flow of the hotline of this number."""
    return f"""\
name: Hotline {number}
numbers: ["+1{3012000000 + number}"]
rota: line{number}
languages:
  en: {{locale: en-US, voice: Polly.Joanna-Neural}}
  es: {{locale: es-US, voice: Polly.Lupe-Neural}}
start: welcome
steps:
  welcome:
    say:
      en: You've reached hotline {number}. To be connected, press 1, or stay on the line. Para español, oprima 9.
      es: Ha llamado a la línea {number}. Para hablar con alguien, oprima 1. For English, press 8.
    menu:
      "1": reach
      "8": {{go: reach, language: en}}
      "9": {{go: reach, language: es}}
    wait: 4s
    no_key: reach
    wrong_key: reach
  reach:
    say:
      en: Thank you. We're finding someone for you now.
      es: Gracias. Le buscamos a alguien ahora.
    ring: on_call
    between:
      en: Still trying to reach someone for you.
      es: Seguimos buscando a alguien para usted.
    not_answered: goodbye
  goodbye:
    say:
      en: Nobody could answer right now. Please call again soon. Goodbye.
      es: Nadie ha podido contestar ahora. Vuelva a llamar pronto. Adiós.
    hang_up: true
"""


def rota_text(number: int, volunteers: int, on_call: int = 0) -> str:
    """The rota of the hotline of this number. `on_call`: so many are on call at any hour, instead of a usual week."""
    lines = [f"timezone: {ZONES[number % len(ZONES)]}", "volunteers:"]
    for one in range(volunteers):
        phone = 4_102_000_000 + number * volunteers + one
        lines.append(f'  v{one}: {{name: Volunteer {one} of {number}, phone: "+1{phone}", languages: [en, es]}}')
    lines.append("shifts:")
    if on_call:
        everyone = ", ".join(f"v{one}" for one in range(on_call))
        lines.append(f"  - {{name: Always, hours: 24h, on_call: [{everyone}]}}")
    else:
        for name, days, hours, places in SHIFTS:
            who = ", ".join(dict.fromkeys(f"v{place % volunteers}" for place in places))
            lines.append(f"  - {{name: {name}, days: {days}, hours: {hours}, on_call: [{who}]}}")
    lines += ["backup: [v0, v1]", "ringing: {rounds: 10, max_wait: 1h}", ""]
    return "\n".join(lines)


def write(folder: Path, hotlines: int, volunteers: int) -> None:
    """Write so many hotlines, each with a rota of its own of so many volunteers."""
    for room in ("call_flows", "rota"):
        (folder / room).mkdir(parents=True, exist_ok=True)
    for number in range(hotlines):
        (folder / "call_flows" / f"line{number}.yaml").write_text(flow_text(number))
        (folder / "rota" / f"line{number}.yaml").write_text(rota_text(number, volunteers))


if __name__ == "__main__":
    write(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
