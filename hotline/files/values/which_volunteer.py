"""Finding a volunteer by short name, whole name or first name."""

from __future__ import annotations

from hotline.core.rota.rota import Rota
from hotline.core.wording import Wording
from hotline.files.findings.suggest import did_you_mean
from hotline.files.findings.unreadable import Unreadable, clip, plain
from hotline.files.findings.wording import Listed


def find_volunteer(rota: Rota, said: str) -> str:
    """The id of the volunteer: `ben`, `Ben Ruiz`, or `Ben` if there is no other. Raises `Unreadable`."""
    if said in rota.volunteers:
        return said
    wanted = " ".join(plain(said).casefold().split())
    people = rota.volunteers.values()
    for found in (
        [person.id for person in people if person.id.casefold() == wanted],
        [person.id for person in people if " ".join(person.name.casefold().split()) == wanted],
        [person.id for person in people if person.name.casefold().split()[:1] == [wanted]],
    ):
        if len(found) == 1:
            return found[0]
        if found:
            raise Unreadable(
                "unknown-volunteer",
                Wording("`%(said)s` could be %(names)s.", said=clip(said), names=Listed(tuple(found))),
                Wording("Use the short name."),
            )
    raise Unreadable(
        "unknown-volunteer",
        Wording("The rota %(rota)s has no volunteer `%(said)s`.", rota=rota.id, said=clip(said)),
        did_you_mean(said, rota.volunteers)
        or did_you_mean(said, [person.name for person in people])
        or Wording("Known: %(names)s.", names=", ".join(list(rota.volunteers)[:12])),
    )
