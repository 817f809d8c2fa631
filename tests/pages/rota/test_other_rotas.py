"""The pages know every rota that a call flow rings."""

from __future__ import annotations

import pytest

from tests.files.other_rotas import with_leaders
from tests.pages.visitor import Visitor


@pytest.fixture
def files() -> dict[str, bytes]:
    return with_leaders()


def test_tonight_has_a_board_for_each(coordinator: Visitor) -> None:
    page = coordinator.get("/").text
    assert page.index("RISE (leaders)")
    assert page.count("calls today") == 1


@pytest.mark.parametrize("address", ["/rota", "/volunteers"])
def test_lists_name_them(coordinator: Visitor, address: str) -> None:
    assert "RISE (leaders)" in coordinator.get(address).text


@pytest.mark.parametrize("address", ["/rota/leaders", "/rota/leaders/gaps", "/rota/leaders/load"])
def test_each_has_its_pages(coordinator: Visitor, address: str) -> None:
    response = coordinator.get(address)
    assert (response.status_code, "RISE (leaders)" in response.text) == (200, True)


def test_the_phone_has_everyone_with_their_own_keys(coordinator: Visitor) -> None:
    page = coordinator.get("/phone").text
    assert 'data-who="lea"' in page
    assert 'data-who="amy"' in page
    whole = coordinator.get("/phone/whole?keys=3&phone-lea=accept").text
    assert "Lea Marsh" in whole


def test_the_picture_of_the_flow_says_whose_phones_ring(coordinator: Visitor) -> None:
    page = coordinator.get("/flow/rise").text
    assert "rings who is on call in leaders" in page
    assert ">rings leaders<" in page
