"""The purpose of each text to volunteers and coordinators, in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping

from hotline.pages.words.language import later

FOR_VOLUNTEERS = {
    "reminder": later("A reminder of a time on call"),
    "soon": later("A reminder shortly before"),
    "backup_reminder": later("A reminder of a turn as backup"),
    "changed": later("Times on call have changed"),
    "backup_changed": later("Turns as backup have changed"),
    "new_time": later("A new time"),
    "moved_time": later("A time that was moved"),
    "gone_time": later("A time that is gone"),
    "more_times": later("How many more times"),
    "missed_ring": later("They missed a ring"),
    "cover_ask": later("Somebody asks whether they can cover"),
    "cover_ask_mail": later("Somebody asks whether they can cover, by e-mail"),
    "swap_ask": later("Somebody offers a swap"),
    "swap_ask_mail": later("Somebody offers a swap, by e-mail"),
    "cover_found": later("Somebody covers for them"),
    "cover_coming": later("Somebody said yes, and a coordinator must approve"),
    "cover_yours": later("They cover for somebody"),
    "swap_found": later("A swap is in the rota"),
    "swap_refused": later("A swap was refused"),
    "cover_nobody": later("Nobody has said yes"),
    "cover_declined": later("A coordinator did not approve it"),
    "cover_over": later("It was not approved in time"),
}
FOR_COORDINATORS = {
    "not_reached": later("A call reached nobody"),
    "more_not_reached": later("More calls reached nobody"),
    "not_placed": later("No volunteer can be rung"),
    "many_rings": later("Volunteers were rung very often within an hour"),
    "gap": later("A gap ahead"),
    "backup_only": later("A gap ahead with only the backup"),
    "nobody_left": later("A volunteer is off, and nobody is left"),
    "backup_left": later("A volunteer is off, and only the backup is left"),
    "edit_refused": later("A file with mistakes"),
    "ring_test": later("Who did not answer a test ring"),
    "cover_written": later("A cover is in the rota"),
    "swap_written": later("A swap between two volunteers is in the rota"),
    "cover_gap_nobody": later("Nobody said yes, and nobody is left"),
    "cover_gap_backup": later("Nobody said yes, and only the backup is left"),
    "cover_gap_others": later("Nobody said yes, and others are on call"),
    "cover_approve": later("A cover waits for a yes or no"),
    "swap_approve": later("A swap waits for a yes or no"),
    "cover_by_hand": later("A cover that must be written by hand"),
}
TEXTS: Mapping[str, str] = {**FOR_VOLUNTEERS, **FOR_COORDINATORS}
"""The purpose of each text."""
