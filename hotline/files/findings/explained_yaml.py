"""Explanations of errors that any file can have."""

from __future__ import annotations

from collections.abc import Mapping

from hotline.files.findings.explanation import Explanation

YAML: Mapping[str, Explanation] = {
    "file-unreadable": Explanation(
        "a file cannot be read",
        "The file exists, but the server has no permission to read it, or the disk failed.",
        "Check that it is an ordinary file and that the server's user may read it.",
        "ls -l rota/rise.yaml",
    ),
    "file-empty": Explanation(
        "a file with nothing in it",
        "A rota or call flow file is empty, or has only comments.",
        "Write the rota or the call flow, or delete the file.",
        "timezone: America/New_York\nvolunteers: …",
    ),
    "file-too-big": Explanation(
        "a file that is far too big",
        "Files over 5 MB are not read. A rota of a thousand volunteers takes about 200 kB.",
        "Check that this is the right file.",
        "rota/rise.yaml, and not a recording of that name",
    ),
    "file-twice": Explanation(
        "two files of the same name",
        "A call flow or rota is known by its file's name without the ending, so `rise.yaml` and `rise.yml` "
        "claim the same name. Neither is used.",
        "Keep one of the two files and delete the other.",
        "call_flows/rise.yaml",
    ),
    "no-call-flows": Explanation(
        "there is no call flow",
        "Without a call flow no call can be answered.",
        "Put a file into the folder call_flows, and its rota into the folder rota. The examples are a good start.",
        "call_flows/rise.yaml\nrota/rise.yaml",
    ),
    "not-utf8": Explanation(
        "letters saved in another encoding",
        "The file is not saved in UTF-8, so letters like é or ñ would be spoken wrongly, or not at all.",
        "Open it in your editor and use “Save as” with the encoding UTF-8.",
        "en: Ben Ruíz",
    ),
    "control-character": Explanation(
        "an invisible character",
        "The text holds a character that cannot be seen or spoken. The carrier would refuse the whole "
        "answer, and the caller would hear an error.",
        "Delete this part of the line and type it again.",
        "name: Ben Ruiz",
    ),
    "yaml-syntax": Explanation(
        "a line that cannot be read",
        "The file is written in YAML, which depends on indentation, colons, quotes and brackets. Here they do "
        "not fit together. The rest of this file was not checked.",
        "Compare the line with those around it. Texts with a colon, a comma or an apostrophe are safest in "
        "double quotes.",
        'say:\n  en: "You\'ve reached RISE: we are here."',
    ),
    "yaml-tab": Explanation(
        "a tab at the start of a line",
        "YAML allows only spaces at the start of a line.",
        "Replace the tab with spaces. Most editors can do this for the whole file.",
        "volunteers:\n  amy: {…}",
    ),
    "yaml-tag": Explanation(
        "a YAML tag",
        "Words that begin with `!` are tags, which could make a program do things. They are refused.",
        "Delete the tag. If it is text, put the text in quotes.",
        'name: "!important"',
    ),
    "many-documents": Explanation(
        "a second document in one file",
        "A line `---` further down starts a new document. One file holds one call flow or one rota.",
        "Delete the line, or move the rest into its own file.",
        "timezone: America/New_York\nvolunteers: …",
    ),
    "too-deep": Explanation(
        "too many levels",
        "Brackets or indentation go more than 20 levels deep. Usually a bracket was never closed.",
        "Close the brackets.",
        "on_call: [amy, ben]",
    ),
    "too-many-entries": Explanation(
        "too many entries",
        "The file has more parts than any hotline needs. It was not read to the end.",
        "Check that this is the right file, or split it into several hotlines.",
        "rota/east.yaml\nrota/west.yaml",
    ),
    "too-many-aliases": Explanation(
        "parts repeated too often",
        "Parts marked with `&` and repeated with `*` become far too large when written out.",
        "Write repeated parts out.",
        "on_call: [amy, ben]",
    ),
    "alias-loop": Explanation(
        "a part that repeats itself",
        "A part marked with `&` holds its own `*`, so it would never end.",
        "Write the part out.",
        "on_call: [amy, ben]",
    ),
    "unknown-alias": Explanation(
        "a repeat of nothing",
        "`*name` repeats a part marked `&name` above, but there is none. A text cannot begin with `*` "
        "unless it is in quotes.",
        "Put the text in quotes, or write the part out.",
        'menu: {"*": reach_peer}',
    ),
    "duplicate-key": Explanation(
        "a name given twice",
        "The same name is twice in one group. Only one could be used, and it is unclear which.",
        "Keep one, and delete or rename the other.",
        "volunteers:\n  amy: {…}\n  amy_b: {…}",
    ),
    "bad-name": Explanation(
        "a short name that cannot be used",
        "Short names of volunteers and steps are also used in commands and addresses.",
        "Use letters, digits, - and _ only, at most 60 of them. The full name goes into `name`.",
        "ben_ruiz: {name: Ben Ruiz, phone: …}",
    ),
    "unknown-field": Explanation(
        "a field that does not exist",
        "No field has this name here. Most often it is mistyped, indented under the wrong entry, or part "
        "of a text with a comma that needs quotes.",
        "Correct the name. Inside {…} put texts with commas in quotes.",
        "- {days: mon-fri, hours: 08:00-18:00, on_call: [amy]}",
    ),
    "missing-field": Explanation(
        "a field that is missing",
        "A required field is left out, or has nothing after its colon.",
        "Add it. The finding shows an example.",
        'amy: {name: Amy Okafor, phone: "+1 410 555 0111"}',
    ),
    "wrong-type": Explanation(
        "something of the wrong kind",
        "There is a list instead of a text, a text instead of a list, or nothing at all.",
        "Lists go in [ ] with commas, groups of fields in { } or indented below.",
        "on_call: [amy]",
    ),
    "out-of-range": Explanation(
        "a number or time outside its limits",
        "The value is too small or too large to be useful. Ringing for an hour helps nobody.",
        "Choose a value within the limits.",
        "ring_for: 20s",
    ),
    "unknown-value": Explanation(
        "a value that is not one of the choices",
        "Only a few values are possible here.",
        "Use one of the listed values.",
        "order: round_robin",
    ),
    "misplaced-field": Explanation(
        "a field with no effect here",
        "The field has a meaning, but not in this step, so it would do nothing here.",
        "Delete it, or move it to the step it is meant for.",
        "about:\n  say: {en: About us.}\n  then: welcome",
    ),
}
