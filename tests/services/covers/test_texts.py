"""What volunteers text about cover, and the answers they get."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from hotline.core.planning.cover import CoverState
from hotline.core.texts.commands import read_command
from hotline.core.texts.off import places_of
from hotline.services.texts.cover_texts import CoverTexts
from tests.services.covers.asking import ROTA, Asking
from tests.services.texts.texting import PHONES

TOGETHER = ROTA + "cover_requests: {ask: together}\n"


def text(asking: Asking, who: str, body: str, language: str = "en") -> str:
    """The answer to a text; "" if it is about nothing here."""
    line = asking.desk.line("rise")
    assert line is not None
    places = places_of(line, PHONES[who], [line])
    found = CoverTexts(lambda: asking.desk).answers(read_command(body), places, asking.now, language)
    asking.works()
    return "" if found is None else found[0][1]


@pytest.mark.parametrize(
    "body", ["CANT FRI", "I can't friday, please", "cant 9 jan", "Can not Jan 9th 18:00", "no puedo vie"]
)
def test_cant_and_the_day_asks_the_others(asking: Asking, body: str) -> None:
    assert text(asking, "amy", body) == (
        "Others are asked about Fri 9 Jan 18:00-22:00. You are on call then until somebody says yes. To keep it, text"
        " CAN and the day."
    )
    assert "already" not in asking.got("ben")[0]
    assert text(asking, "amy", body).startswith("Others are being asked about Fri 9 Jan")
    assert len(asking.got("ben")) == 1


def test_a_day_without_a_shift_and_no_day_at_all_ask_nobody(asking: Asking) -> None:
    assert text(asking, "amy", "CANT THU").startswith("No time of yours begins then.")
    assert text(asking, "amy", "CANT").startswith("Which of your times? Text it like CANT FRI")
    assert text(asking, "amy", "cant come").startswith("Which of your times?")
    assert text(asking, "amy", "NO PUEDO", "es").startswith("¿Cual de sus guardias? Escriba NO PUEDO VIE")
    assert asking.desk.book.of() == []


def test_yes_takes_it_and_the_second_yes_is_thanked(asking_of: Callable[..., Asking]) -> None:
    asking = asking_of(TOGETHER)
    text(asking, "amy", "CANT FRI")
    assert text(asking, "ben", "YES") == "Thank you! You are on call Fri 9 Jan 18:00-22:00."
    assert text(asking, "ben", "yes please") == "Thank you! You are on call Fri 9 Jan 18:00-22:00."
    assert text(asking, "cho", "Sí", "es") == "¡Gracias! Otra persona ya tomo vie 9 ene 18:00-22:00."
    assert asking.file.count("for: amy") == 1
    assert len(asking.got("ben")) == 1, "the answer to their text has told them"
    assert len(asking.got("amy")) == 1


def test_no_and_can_end_it(asking: Asking) -> None:
    text(asking, "amy", "CANT FRI")
    assert text(asking, "ben", "No") == "All right. Thank you for answering."
    assert len(asking.got("cho")) == 1
    assert text(asking, "amy", "CAN FRI") == "You keep Fri 9 Jan 18:00-22:00. Nobody else is asked."
    assert text(asking, "cho", "yes") == "Thank you! It is not needed any more: Fri 9 Jan 18:00-22:00."
    assert text(asking, "amy", "CAN") == "You have not asked anybody about that."


def test_of_several_requests_the_day_says_which(asking_of: Callable[..., Asking]) -> None:
    asking = asking_of(TOGETHER)
    text(asking, "amy", "CANT FRI")
    text(asking, "ben", "CANT MON")
    assert text(asking, "cho", "YES") == (
        "Which one? Text it like YES FRI or NO FRI. Open: Fri 9 Jan 18:00-22:00, Mon 12 Jan 18:00-22:00"
    )
    assert text(asking, "cho", "YES mon") == "Thank you! You are on call Mon 12 Jan 18:00-22:00."
    assert [one.state for one in asking.desk.book.of()] == [CoverState.OPEN]


def test_a_yes_or_no_about_nothing_is_none_of_ours(asking: Asking) -> None:
    assert text(asking, "ben", "YES") == ""
    assert text(asking, "ben", "no") == ""
