"""Explanations of the errors of a rota."""

from __future__ import annotations

from collections.abc import Mapping

from hotline.files.findings.explanation import Explanation

ROTA: Mapping[str, Explanation] = {
    "bad-time-zone": Explanation(
        "a time zone that does not exist",
        "All times of a rota are in its time zone. Time zones are named after a region and a city.",
        "Name the zone by its region and city.",
        "timezone: America/New_York",
    ),
    "bad-duration": Explanation(
        "a duration that cannot be read",
        "Durations are numbers with a unit: s for seconds, m for minutes, h for hours. A bare number could "
        "mean any of them.",
        "Write the unit.",
        "ring_for: 20s\nmax_wait: 4m",
    ),
    "bad-hours": Explanation(
        "hours that cannot be read",
        "Hours say from when to when on the 24-hour clock. An end at or before the start is on the next "
        "day; 24:00 can be an end; 24h is a whole day.",
        "Write two times with a hyphen between.",
        "hours: 18:00-08:00",
    ),
    "bad-days": Explanation(
        "days that cannot be read",
        "Days are mon, tue, wed, thu, fri, sat and sun; ranges (fri-mon goes over the weekend); lists; or every day. "
        "A day of the month's weeks has its place before it: 1st sat, 3rd sat, 2nd-4th tue, last fri. `holidays` are "
        "the holidays of the rota: those of its country, and the dates in `also` under `holidays:`. Inside {…} a comma "
        "ends the value, so several days need quotes or [ ].",
        "Write them in one of these ways.",
        'days: mon-fri\ndays: [mon, wed]\ndays: "1st sat, 3rd sat"\ndays: every day\ndays: holidays',
    ),
    "bad-date": Explanation(
        "a date that cannot be read",
        "Dates are written year, month, day. So nobody mistakes 5 January for 1 May.",
        "Write it with hyphens and two digits each.",
        "starting: 2026-01-05",
    ),
    "bad-instant": Explanation(
        "a moment that cannot be read",
        "A moment is a date with a time, or a date for the whole day; in weekly shifts a day with a time. "
        "It is in the rota's time zone.",
        "Write it like the example.",
        "{who: ben, from: 2026-12-24 18:00, to: 2026-12-26}\n{from: fri 18:00, to: mon 08:00, on_call: [fay]}",
    ),
    "bad-change": Explanation(
        "a change of turns that cannot be read",
        "A rotation's turn changes daily, weekly, monthly, or after so many days or weeks.",
        "Write one of these.",
        "change: weekly\nchange: 10 days",
    ),
    "bad-reminder": Explanation(
        "a reminder time that cannot be read",
        "A reminder is a text that goes out at a time of day some days before a time on call, or so long before it. "
        "The day before is the one before the date on which the time on call starts. Volunteers who asked for texts "
        "(`texts: yes`) get the rota's reminders, or their own.",
        "Write each as in the example, four at most.",
        "texts:\n  reminders: [18:00 the evening before, 1h before]\n"
        'volunteers:\n  amy: {phone: "+1 410 555 0111", texts: yes, remind: [18:00 2 days before, 2h before]}',
    ),
    "bad-email": Explanation(
        "an e-mail address that cannot be used",
        "Messages of the line can go to this address. It is one address, without a name or brackets.",
        "Write it like amy@example.org.",
        'volunteers:\n  amy: {phone: "+1 410 555 0111", email: amy@example.org}',
    ),
    "bad-placeholder": Explanation(
        "a text with a placeholder that does not exist",
        "Placeholders such as {from} are filled in when a text is sent. Each text has only its own placeholders.",
        "Use the placeholders that the finding lists. Put words that begin with { in quotes.",
        'texts:\n  words:\n    reminder: {en: "{hotline}: you are on call from {from} to {until}."}',
    ),
    "long-text": Explanation(
        "words that are sent as several texts",
        "A text has room for 160 letters of an alphabet with é and ñ, but without á, í, ó and ú, which are sent as a, "
        "i, o and u. With one letter of another alphabet there is room for 70. "
        "Longer texts are sent and charged as several.",
        "Use fewer words. Longer texts work too.",
        'texts:\n  words:\n    reminder: {en: "{hotline}: on call {from} to {until}."}',
    ),
    "bad-every": Explanation(
        "a number of weeks that cannot be read",
        "A shift is on every week. With `every: 3 weeks` it is on in one week of three, counted from the week of "
        "`starting`; weeks begin on Monday.",
        "Write a number of weeks, and a date in a week when the shift is on.",
        "- {days: sat, hours: 24h, every: 2 weeks, starting: 2026-01-05, on_call: [amy]}",
    ),
    "ends-before-start": Explanation(
        "an end before its start",
        "The entry would never apply, because its end (`to`, `until`) is before its start, or at the same moment.",
        "Put the earlier one first. A bare date is the whole day, its last minute included.",
        "{who: ben, from: 2026-12-24, to: 2026-12-26}",
    ),
    "conflicting-fields": Explanation(
        "two fields that exclude each other",
        "An entry is either on for `hours` on each of its `days`, or once a week `from` one moment `to` another. And "
        "it is on either every so many weeks, or on holidays or days of a month such as the 1st sat. A date is in "
        "`also` or in `except` of the holidays, not in both. The backup has no `tier`: it is rung in listed order.",
        "Keep one way, and delete the fields of the other.",
        "{days: mon-fri, hours: 18:00-08:00, on_call: [dee]}\n{from: fri 18:00, to: mon 08:00, on_call: [fay]}",
    ),
    "also-without-holidays": Explanation(
        "`also` on a shift that is not for holidays",
        "On a public holiday a holiday shift replaces the others that start on that day. `also: true` "
        "keeps the others too. Other shifts never replace each other.",
        "Delete `also`, or make the shift one for holidays.",
        "- {days: holidays, hours: 08:00-18:00, also: true, on_call: [fay]}",
    ),
    "unknown-country": Explanation(
        "a country whose holidays are not known",
        "Public holidays come from a list of countries with two-letter codes.",
        "Write the two letters.",
        "holidays: {country: US, region: MD}",
    ),
    "unknown-region": Explanation(
        "a part of the country that is not known",
        "Some states and provinces have their own holidays. Write their usual letters.",
        "Write the letters, or delete `region` for the holidays of the whole country.",
        "holidays: {country: US, region: MD}",
    ),
    "holidays-ahead": Explanation(
        "public holidays in the weeks ahead",
        "For your information. Shifts continue as in any week, except holiday shifts. Under `holidays:`, `also` "
        "adds dates of your own, and `except` takes some out.",
        "Nothing is wrong. If others should be on call on holidays, add a holiday shift.",
        "- {days: holidays, hours: 24h, on_call: [fay]}",
    ),
    "holiday-gap": Explanation(
        "a holiday on which nobody is on call, though otherwise somebody would be",
        "A holiday shift replaces the shifts that start on that day, in its hours. Nobody is left "
        "if its own volunteers are away then.",
        "Name others for the holiday, or add `also: true` to leave the other shifts in place.",
        "- {days: holidays, hours: 08:00-18:00, on_call: [fay]}\n"
        "- {days: holidays, hours: 18:00-08:00, on_call: [dee, eli]}",
    ),
    "unknown-volunteer": Explanation(
        "a volunteer who is not in the list",
        "A mistyped name makes an empty shift, noticed at 3 a.m. Every name must be listed under "
        "`volunteers`, in the same letters.",
        "Correct the name, or add the volunteer.",
        "on_call: [amy, ben]",
    ),
    "nobody-named": Explanation(
        "a list with nobody in it",
        "The entry rings nobody, so its time stays open.",
        "Name at least one volunteer, or delete the entry.",
        "on_call: [amy]",
    ),
    "named-twice": Explanation(
        "a volunteer twice in one list",
        "They are rung once, at their first place. The second entry does nothing.",
        "Delete the second entry.",
        "on_call: [amy, ben]",
    ),
    "misleading-name": Explanation(
        "a volunteer whose short name is no name",
        "Readers would misunderstand that `nobody` or `everyone` is on call.",
        "Give them a short name of their own.",
        'amy: {name: Amy Okafor, phone: "+1 410 555 0111"}',
    ),
    "backup-alone": Explanation(
        "a backup who is on call alone anyway",
        "The backup gets calls that people on call do not take. Here it is the same phone.",
        "Add somebody else to the backup, or to that shift.",
        "backup: [chaplain]",
    ),
    "never-called": Explanation(
        "a volunteer who is never rung",
        "They are in no shift, rotation, cover or backup. This may be intended.",
        "Put them in a shift, or delete them.",
        "on_call: [amy, ben]",
    ),
    "never-on-call": Explanation(
        "a volunteer who is never on call",
        "The rota names them, but they have no future shift or turn: a shift has ended, they are away,"
        " or turns and days never meet (seven people, a turn a day, on weekdays only: two of them never get one).",
        "Correct the dates, change the turns, or delete them.",
        "{name: Weekday turns, days: mon-fri, hours: 09:00-19:00, turns: [amy, ben], change: weekly, starting:"
        " 2026-01-05}",
    ),
    "no-effect": Explanation(
        "an absence or a cover that changes nothing",
        "It is written twice, is about somebody who is not on call then, or lasts so long that the year may be"
        " wrong. With `for`, `tier` changes nothing: a cover takes the tier of the person they cover for.",
        "Check who and when, or delete the entry.",
        "{who: cho, for: dee, from: 2026-12-24 18:00, to: 2026-12-25 08:00}",
    ),
    "covers-themselves": Explanation(
        "a volunteer covering for themselves",
        "The entry changes nothing.",
        "Name the volunteer they cover for, or delete `for`.",
        "{who: cho, for: dee, from: 2026-12-24 18:00, to: 2026-12-25 08:00}",
    ),
    "language-not-needed": Explanation(
        "a language that no call flow has",
        "A volunteer, or what volunteers hear, has a language that no call flow with this rota declares. "
        "Most often it is mistyped; then callers in the right language come last.",
        "Correct the code, or declare the language in the call flow.",
        "languages: [en, es]",
    ),
    "unused-rota": Explanation(
        "a rota that no call flow uses",
        "Nothing in this file has any effect.",
        "Name the rota in a call flow, or delete the file.",
        "rota: rise",
    ),
    "bad-key": Explanation(
        "a key that no phone has",
        "Menus use the keys 0 to 9, * and #. The key that accepts a call is one of 0 to 9.",
        "Use one of these keys.",
        'accept_key: "1"\nmenu: {"1": reach_peer}',
    ),
    "phone-not-international": Explanation(
        "a phone number without its country",
        "Without + and the country's code the carrier cannot tell where the phone is, and refuses the whole ring.",
        "Begin with + and the country's code.",
        'phone: "+1 410 555 0111"',
    ),
    "phone-impossible": Explanation(
        "something that cannot be a phone number",
        "It has letters, too few or too many digits, or no country begins like this. The carrier would refuse it "
        "in the middle of a call.",
        "Check it digit by digit.",
        'phone: "+1 410 555 0111"',
    ),
    "phone-short": Explanation(
        "a short number in place of a volunteer's",
        "Short numbers belong to services, not to people.",
        'Write the volunteer\'s own number. A step of the call flow can lead to a service: dial: "988"',
        'phone: "+1 410 555 0111"',
    ),
    "phone-emergency": Explanation(
        "an emergency number in place of a volunteer's",
        "Every caller would be put through to the emergency service.",
        'Write the volunteer\'s own number. A step of the call flow can lead there: dial: "911"',
        'phone: "+1 410 555 0111"',
    ),
    "phone-not-valid": Explanation(
        "a number that does not seem to be in use",
        "The number could exist, but the numbering plan has not assigned it. Numbers for films and "
        "examples are like this. A note only: plans change.",
        "Check it digit by digit.",
        'phone: "+1 410 555 0111"',
    ),
    "phone-never-dialled": Explanation(
        "a number that costs more than a call",
        "Owners of premium-rate numbers earn from each call. Shared-cost, personal, pager, satellite and "
        "worldwide numbers cost more than a call as well, or ring nobody. The hotline dials none of them.",
        "Write the number of an ordinary phone. No setting allows this one.",
        'phone: "+1 410 555 0111"',
    ),
    "phone-other-country": Explanation(
        "a number of another country",
        "The hotline dials only the countries of its own numbers, so that an edited file cannot make it call "
        "expensive ones. Countries that share +1 or +44 count separately.",
        "Correct the number. If it is right, ask your server administrator to add the country to HOTLINE_COUNTRIES.",
        "HOTLINE_COUNTRIES=CA,US",
    ),
    "phone-shared": Explanation(
        "one phone under two volunteers",
        "Two calls cannot ring one phone, and a volunteer who is talking would be rung again under the other name.",
        "Correct one of the numbers, or delete one of the two.",
        'amy: {phone: "+1 410 555 0111"}\nben: {phone: "+1 410 555 0112"}',
    ),
    "phone-is-hotline": Explanation(
        "the hotline's own number",
        "The hotline would call itself, over and over.",
        "Write the volunteer's own number, or use `then` with a step.",
        'phone: "+1 410 555 0111"',
    ),
    "gap": Explanation(
        "nobody on call, only the backup",
        "At these times no volunteer is on call, and callers go straight to the backup.",
        "Add a shift, or a cover for a single day. `hotline gaps` suggests lines.",
        "- {days: sat-sun, hours: 24h, on_call: [fay]}",
    ),
    "zone-without-city": Explanation(
        "a time zone without a city",
        "EST, Etc/GMT+5 and similar zones follow no city. Most have no summer time, so every handover would "
        "be an hour late all summer.",
        "Write a city in your time zone.",
        "timezone: America/New_York",
    ),
    "wrong-key-said": Explanation(
        "words that name the wrong key",
        "Volunteers press the key they hear. If another key takes a call, nobody can take one.",
        "Say the right keys in `say`, or change `accept_key`. The key 2 passes a call on. If 2 takes a call, "
        "1 passes it on.",
        'ringing: {accept_key: "1", say: {en: "Press 1 to take it, or 2 to pass it on."}}',
    ),
    "limits-crossed": Explanation(
        "limits that contradict each other",
        "More nights in a row than `nights_running` are a warning; more than `most_nights_running` are an error. With "
        "the second lower than the first, there would never be a warning, only errors.",
        "Make `most_nights_running` the higher of the two, or both the same.",
        "limits: {nights_running: 2, most_nights_running: 3}",
    ),
    "missing-reason": Explanation(
        "an exception without a reason",
        "The limits protect volunteers. An exception needs a reason that others can read.",
        "Write the reason after the volunteer's short name.",
        "limits:\n  except: {chaplain: is on call from home and rarely rung}",
    ),
    "limits-exceeded": Explanation(
        "a workload over the rota's limits",
        "Somebody has more nights in a row, or less time between two times on call, than the `limits:` of this rota "
        "allow. This is only a note: the hotline works, and you decide what people can carry.",
        "Run `hotline fairness` to see who and when. Change the rota or the limits, or give a reason under `except:`.",
        "limits:\n  nights_running: 2\n  rest_between: 11h\n  except: {chaplain: is on call from home and rarely rung}",
    ),
    "nobody-at-all": Explanation(
        "a gap with no backup: nobody at all",
        "At these times a caller reaches nobody. A running hotline refuses such a change and continues with the last "
        "good rota.",
        "Add a shift (`hotline gaps` suggests lines), or name a backup, which is rung when everyone else was tried.",
        "backup: [chaplain]",
    ),
}
