"""Forms for what a whole rota says of itself: its time zone, found by a city, its calendar, and how phones answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from hotline.files.values.zones import has_city, zone_meant, zone_names
from hotline.files.yaml.document import Plain
from hotline.pages.setup.fields import About, EntryForm, Field, Fields, Mistyped, Values, needed, next_calendar, said
from hotline.pages.words.language import gettext as _
from hotline.pages.words.settings import handsets


class ZoneForm(EntryForm):
    """The time zone of a rota, and the address of its calendar."""

    kind = "zone"
    own = ((("timezone",), ("city",)), (("calendar",), ("new_address",)))

    def _shown(self, at: Mapping[str, Plain]) -> dict[str, str]:
        return {"city": said(at.get("timezone"))}

    def _asked(self, values: Values, about: About) -> Sequence[Fields]:
        hint = _("Every shift keeps its hours, on the clocks there. The next big city is enough.")
        fresh = Field("new_address", _("Give the rota's calendar a new address: the old one ends"), "check")
        return [Fields("", [city_field("city", hint)]), Fields("", [fresh])]

    def read(self, values: Values, about: About) -> dict[str, Plain]:
        """The zone of the city, and the number of a new calendar. Raises Mistyped."""
        found: dict[str, Plain] = {"timezone": zone_of(values, "city")}
        return found | (next_calendar(about) if values.get("new_address") else {})


class HandsetsForm(EntryForm):
    """The form for how volunteers' phones answer, for the forecast of waits."""

    kind = "handsets"
    plain = ("handsets",)

    def _asked(self, values: Values, about: About) -> Sequence[Fields]:
        usual = _("%(rule)s (usual)", rule=dict(handsets())["B"])
        hint = _("The forecast of waits counts with it. A volunteer's own form can say otherwise.")
        return [Fields("", [Field("handsets", _("Phones pick up"), "menu", hint, [("", usual), *handsets()])])]


def city_field(name: str, hint: str) -> Field:
    """A field for a city, completed from a list."""
    return Field(
        name, _("City, for its time zone"), hint=hint, required=True, more={"list": "cities", "autocomplete": "off"}
    )


def zone_of(values: Values, name: str) -> str:
    """Return the zone of a typed city. Raises Mistyped."""
    city = needed(values, name, _("Enter a city."))
    zone = zone_meant(city)
    if zone is None:
        raise Mistyped(
            name,
            _(
                "There is no time zone by the city “%(city)s”. Choose a big city with the same clock from the list.",
                city=city,
            ),
        )
    return zone


def cities() -> list[str]:
    """The cities of time zones, to choose from."""
    zones = (zone for zone in zone_names() if "/" in zone and not zone.startswith("Etc/") and has_city(zone))
    return sorted({zone.rpartition("/")[2].replace("_", " ") for zone in zones})
