"""Simulated people press the key that they hear named, not the one in a file."""

from __future__ import annotations

import pytest

from hotline.simulator.line.spoken_keys import spoken_keys


@pytest.mark.parametrize(
    ("words", "take", "passing"),
    [
        ("RISE call. Press 1 to take it.", "1", None),
        ("Line call, in Spanish. Press 5 to take it.", "5", None),
        ("To take the call, press 1. To pass it on, press 2.", "1", "2"),
        ("To pass it on, press 2. To take the call, press 1.", "1", "2"),
        ("Press 1 to take it, or 2 to pass it on.", "1", "2"),
        ("Press one to accept, or two to decline.", "1", "2"),
        ("Please press the star key to accept.", "*", None),
        ("Press the key 7 and talk.", "7", None),
        ("Llamada RISE. Oprima 1.", "1", None),
        ("Para tomarla, oprima cinco. Para pasarla, oprima 2.", "5", "2"),
        ("Pulse la tecla 3 para aceptar o 4 para rechazar.", "3", "4"),
        ("Drücken Sie die 1.", "1", None),
        ("Someone is waiting.", None, None),
        ("It is 19:30. Someone called 20 minutes ago.", None, None),
    ],
)
def test_the_keys_that_words_name(words: str, take: str | None, passing: str | None) -> None:
    assert spoken_keys(words) == (take, passing)
