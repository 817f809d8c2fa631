"""The next volunteers that a forecast rings: the decisions of the live hunt, remembered."""

from __future__ import annotations

from collections.abc import Mapping

from hotline.core.calls.flow import Hotline
from hotline.core.calls.hunt import (
    AllBusy,
    Candidates,
    NobodyLeft,
    Turn,
    choose,
    first_candidates,
    next_candidates,
    starts_after,
)
from hotline.core.calls.position import HuntPosition
from hotline.core.rota.rota import OnCall

Decision = Turn | AllBusy | NobodyLeft


class Decisions:
    """Decides for one hotline as the live hunt does. A year has few situations, so each is decided once."""

    def __init__(self, hotline: Hotline) -> None:
        self._hotline = hotline
        self._known: dict[tuple[object, ...], Decision] = {}

    def next(
        self,
        hunt: HuntPosition,
        who: OnCall,
        waited: int,
        busy: frozenset[str],
        resting: frozenset[str],
        last: Mapping[int, str],
    ) -> Decision:
        """Return whose phone to ring for a caller who has waited for so many seconds.

        `hunt` began at 0. `last` has the volunteer last rung of each tier.
        """
        rules = self._hotline.rota.ringing
        phase = 2 if waited >= rules.max_wait else int(waited >= rules.backup_after)
        asked = (phase, hunt.round, hunt.tried, hunt.backup_tried, who, busy, resting, tuple(sorted(last.items())))
        if asked not in self._known:
            hotline, language = self._hotline, self._hotline.flow.first_language
            following: Candidates | Decision = first_candidates(hotline, hunt, who, language, hunt.since + waited)
            while isinstance(following, Candidates):
                turn = choose(following, starts_after(following, last, hotline.schedule.places), busy, resting)
                following = turn or next_candidates(hotline, hunt, who, language, following, busy)
            self._known[asked] = following
        return self._known[asked]
