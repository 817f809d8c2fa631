"""The `limits:` of a rota file: its checks, and the resulting limits."""

from __future__ import annotations

from hotline.core.rota.rota import Limits
from hotline.core.wording import Wording
from hotline.files.findings.unreadable import clip
from hotline.files.shapes.rota import LimitsEntry
from hotline.files.values.names import Reference, check_references
from hotline.files.yaml.document import Document, mapping


def check_limits_entry(document: Document, entry: LimitsEntry) -> None:
    """Report limits that contradict each other, and exceptions for nobody or without a reason."""
    nights, most = entry.nights_running, entry.most_nights_running
    if {"nights_running", "most_nights_running"} <= entry.model_fields_set and most < nights:
        document.report(
            "limits-crossed",
            ("limits", "most_nights_running"),
            Wording(
                "`most_nights_running` (%(most)s) is lower than `nights_running` (%(nights)s), so there would "
                "never be a warning, only errors.",
                most=most,
                nights=nights,
            ),
            Wording(
                "More than `nights_running` is a warning, more than `most_nights_running` an error. "
                "`most_nights_running` must be the same or higher."
            ),
        )
    excepted = mapping(document.get("limits", "except"))
    known = mapping(document.get("volunteers"))
    check_references(
        document, (Reference(("limits", "except", who), who, "key") for who in excepted), known, "volunteer"
    )
    for who, reason in entry.except_.items():
        if not reason.strip():
            document.report(
                "missing-reason",
                ("limits", "except", who),
                Wording("The exception for `%(who)s` has no reason.", who=clip(who)),
                Wording(
                    "Write the reason, so that others understand it next year: {chaplain: is on call from home and "
                    "rarely rung}"
                ),
            )


def limits(entry: LimitsEntry) -> Limits:
    """The limits of a checked entry. If only one of the two for nights is given, the other adapts to it."""
    nights, most = entry.nights_running, entry.most_nights_running
    if "most_nights_running" not in entry.model_fields_set:
        most = max(most, nights)
    reasons = {who: reason.strip() for who, reason in entry.except_.items()}
    return Limits(min(nights, most), most, entry.rest_between, reasons)
