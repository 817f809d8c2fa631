"""A hotline whose key 3 rings another rota, for tests."""

from __future__ import annotations

from tests.files.good import FLOW, texts

OTHERS_FLOW = (
    FLOW.replace('"1": reach}', '"1": reach, "3": group}')
    .replace("press 1.}", "press 1. For group support press 3.}")
    .replace("  goodbye:", "  group: {ring: leaders, not_answered: goodbye}\n  goodbye:")
)
LEADERS = """\
timezone: Europe/London
volunteers:
  lea: {name: Lea Marsh, phone: "+1 410 555 0121"}
coordinators:
  omar: {name: Omar Haddad, phone: "+1 410 555 0131"}
shifts:
  - {name: Mondays, days: mon, hours: 18:00-20:00, on_call: [lea]}
backup: [lea]
"""


def with_leaders(flow: str = OTHERS_FLOW, leaders: str | None = LEADERS) -> dict[str, bytes]:
    """The files of the hotline by their paths; without a rota of leaders if that is None."""
    return {**texts(flow), **({} if leaders is None else {"rota/leaders.yaml": leaders.encode()})}
