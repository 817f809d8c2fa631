"""What a call flow means where it leaves things out, and what its steps can lead to."""

from __future__ import annotations

import pytest

from hotline.core.calls.flow import FixedDial, Flow, Hunt, Language, Menu, RingEarly, Step, Target
from hotline.files import load_texts
from tests.files.good import FLOW, texts

END = "\n  goodbye: {say: {en: Goodbye.}, hang_up: true}\n"


def flow_of(steps: str, head: str = "") -> Flow:
    written = f'numbers: ["+1 410 555 0100"]\n{head}\nsteps:\n{steps}'
    loaded = load_texts(texts(flow=written))
    assert [one for one in loaded.findings if one.severity == "error"] == []
    return loaded.hotlines["rise"].flow


def codes_of(steps: str, head: str = "") -> list[str]:
    written = f'numbers: ["+1 410 555 0100"]\n{head}\nsteps:\n{steps}'
    return [one.code for one in load_texts(texts(flow=written)).findings]


def test_what_may_be_left_out() -> None:
    flow = flow_of("  only: {say: {en: Goodbye.}, hang_up: true}")
    assert (flow.name, flow.rota, flow.start, flow.first_language) == ("Rise", "rise", "only", "en")
    assert flow.languages == {"en": Language("en", "en-US", "Polly.Joanna-Neural")}


def test_a_menu_without_no_key_repeats_and_then_leads_to_the_first_ring() -> None:
    flow = flow_of(
        '  menu: {say: {en: Press 1.}, menu: {"1": goodbye}}\n'
        "  help: {dial: '988', then: goodbye}\n"
        "  ring: {ring: on_call, not_answered: help}" + END
    )
    assert flow.steps["menu"] == Step(
        "menu", {"en": "Press 1."}, Menu({"1": Target("goodbye")}, 5, "menu", "menu"), 3, "ring"
    )


@pytest.mark.parametrize(
    ("fields", "at_most", "instead", "no_key", "wrong_key"),
    [
        ("", 3, "help", "menu", "menu"),
        (", then: goodbye", 3, "goodbye", "menu", "menu"),
        (", at_most: 5, then: goodbye", 5, "goodbye", "menu", "menu"),
        (", at_most: 5", 5, "help", "menu", "menu"),
        (", wrong_key: goodbye", 3, "help", "menu", "goodbye"),
        (", no_key: goodbye", None, None, "goodbye", "goodbye"),
        (", no_key: goodbye, wrong_key: menu", None, None, "goodbye", "menu"),
        (", no_key: menu, at_most: 2, then: goodbye", 2, "goodbye", "menu", "menu"),
    ],
)
def test_where_silence_and_wrong_keys_lead(
    fields: str, at_most: int | None, instead: str | None, no_key: str, wrong_key: str
) -> None:
    flow = flow_of(f'  menu: {{say: {{en: Press 1.}}, menu: {{"1": help}}{fields}}}\n  help: {{dial: "988"}}' + END)
    step = flow.steps["menu"]
    assert isinstance(step.action, Menu)
    assert (step.at_most, step.instead, step.action.no_key, step.action.wrong_key) == (
        at_most,
        instead,
        no_key,
        wrong_key,
    )


def test_a_key_may_change_the_language_and_stay() -> None:
    languages = "languages: {en: {locale: en-US}, es: {locale: es-US}}"
    flow = flow_of(
        '  menu: {say: {en: Para español 9., es: Pulse 1.}, menu: {9: {language: es}, "*": {go: bye}}}\n'
        "  bye: {say: {en: Bye., es: Adiós.}, hang_up: true}",
        languages,
    )
    action = flow.steps["menu"].action
    assert isinstance(action, Menu)
    assert action.keys == {"9": Target("menu", "es"), "*": Target("bye")}


def test_a_ring_may_leave_out_answered_and_between() -> None:
    flow = flow_of("  ring: {ring: on_call, not_answered: goodbye}" + END)
    assert flow.steps["ring"].action == Hunt({}, None, "goodbye")


SPOKEN_WAITING = (
    "hold: {en: [ Still looking. , Thank you.]}, "
    'while_waiting: {say: {en: For help press 2.}, menu: {2: help, "*": {language: en}}}'
)


def test_what_callers_hear_and_press_while_phones_ring() -> None:
    flow = flow_of(f"  ring: {{ring: on_call, not_answered: goodbye, {SPOKEN_WAITING}}}\n  help: {{dial: '988'}}" + END)
    hunt = flow.steps["ring"].action
    assert isinstance(hunt, Hunt)
    assert hunt.hold == {"en": ("Still looking.", "Thank you.")}
    assert hunt.way_out == {"2": Target("help"), "*": Target("ring", "en")}
    assert hunt.way_out_say == {"en": "For help press 2."}


def test_a_step_that_only_a_waiting_caller_can_come_to_is_reached() -> None:
    steps = f"  ring: {{ring: on_call, not_answered: goodbye, {SPOKEN_WAITING}}}\n  help: {{dial: '988'}}" + END
    assert "unreachable-step" not in codes_of(steps)
    assert "unreachable-step" in codes_of(steps.replace("menu: {2: help", "menu: {2: goodbye"))


@pytest.mark.parametrize(
    ("waiting", "codes"),
    [
        ("hold: {en: [To stop waiting press 2., Thank you.]}, while_waiting: {menu: {2: goodbye}}", []),
        ("while_waiting: {menu: {2: goodbye}}", ["key-not-said"]),
        ("while_waiting: {say: {en: Press 2.}, menu: {2: goodbye, 3: goodbye}}", ["key-not-said"]),
        ("while_waiting: {say: {en: Press 2 or 3.}, menu: {2: goodbye}}", ["key-not-in-menu"]),
        (
            "hold: {en: [Wait., Press 4.]}, while_waiting: {say: {en: Press 2.}, menu: {2: goodbye}}",
            ["key-not-in-menu"],
        ),
        ("hold: {en: One sentence.}", ["one-text-on-hold"]),
        ("hold: {en: [One sentence., One sentence.]}", ["one-text-on-hold"]),
        ("hold: {en: [One sentence., <b>Another</b>.]}", ["hard-to-say"]),
        ("hold: {en: [One sentence., '-']}", ["missing-words"]),
        ("hold: {en: []}", ["missing-words"]),
        (f"hold: {{en: [One sentence., {'a' * 3001}]}}", ["too-many-words"]),
    ],
)
def test_words_and_keys_for_callers_who_wait(waiting: str, codes: list[str]) -> None:
    assert codes_of(f"  ring: {{ring: on_call, not_answered: goodbye, {waiting}}}" + END) == codes


def test_a_key_is_not_looked_for_in_a_language_whose_words_for_keys_are_not_known() -> None:
    steps = (
        "  ring: {ring: on_call, between: {xx: Eh.}, not_answered: goodbye, while_waiting: {menu: {2: goodbye}}}\n"
        "  goodbye: {say: {xx: Ah.}, hang_up: true}"
    )
    assert "key-not-said" not in codes_of(steps, "languages: {xx: {locale: xx-XX}}")


@pytest.mark.parametrize(
    ("written", "early"),
    [
        ("5s", RingEarly(5)),
        ("1m", RingEarly(60)),
        ("{after: 5s}", RingEarly(5)),
        ("{after: 5s, hours: 07:00-23:00}", RingEarly(5, (420, 1380))),
        ("{after: 5s, hours: 22:00-06:30}", RingEarly(5, (1320, 390))),
        ("{after: 5s, hours: 18:00-24:00}", RingEarly(5, (1080, 0))),
        ("{after: 5s, hours: 24h}", RingEarly(5)),
        ("{after: 5s, hours: 00:00-24:00}", RingEarly(5)),
        ("{after: 5s, hours: 00:00-00:00}", RingEarly(5)),
    ],
)
def test_phones_may_ring_while_the_first_words_are_spoken(written: str, early: RingEarly) -> None:
    first = f"  first: {{say: {{en: Hello.}}, ring_early: {written}, then: ring}}\n"
    assert flow_of(first + "  ring: {ring: on_call, not_answered: goodbye}" + END).ring_early == early


@pytest.mark.parametrize(
    ("first", "codes"),
    [
        ("ring: on_call, not_answered: goodbye", []),
        ("say: {en: Press 1.}, menu: {1: goodbye}, no_key: ring", []),
        ("say: {en: Press 1.}, menu: {1: goodbye}", []),
        ("say: {en: Press 1.}, menu: {1: ring}, no_key: goodbye", ["ring-early-in-vain"]),
        ("say: {en: Press 1.}, menu: {1: ring}, no_key: first, at_most: 2, then: goodbye", ["ring-early-in-vain"]),
        ("dial: '988', then: ring", ["ring-early-in-vain"]),
    ],
)
def test_phones_ring_early_only_where_silence_leads_to_a_ring(first: str, codes: list[str]) -> None:
    steps = f"  first: {{{first}, ring_early: 5s}}\n  ring: {{ring: on_call, not_answered: goodbye}}" + END
    assert [code for code in codes_of(steps) if code not in ("unreachable-step", "key-not-said")] == codes


def test_phones_ring_early_in_the_step_named_by_start() -> None:
    steps = (
        "  ring: {ring: on_call, not_answered: goodbye}\n  hello: {say: {en: Hi.}, ring_early: 5s, then: ring}" + END
    )
    assert flow_of(steps, "start: hello").ring_early == RingEarly(5)
    assert codes_of(steps, "start: ring") == ["misplaced-field"]


@pytest.mark.parametrize(
    ("written", "dialled"),
    [("'988'", "988"), ("911", "911"), ("116 117", "116117"), ('"+1 (410) 555-0123"', "+14105550123")],
)
def test_a_dial_takes_any_phone_and_short_numbers_as_they_are_dialled(written: str, dialled: str) -> None:
    assert flow_of(f"  help: {{dial: {written}}}").steps["help"].action == FixedDial(dialled, None)


def test_words_with_a_plus_a_no_or_a_time_stay_words() -> None:
    head = "languages: {no: {locale: nb-NO}}\napology: {no: yes}"
    flow = flow_of("  bye: {say: {no: 19:00}, hang_up: true}", head)
    assert flow.steps["bye"].say == {"no": "19:00"}
    assert flow.apology == {"no": "yes"}


def test_a_circle_that_at_most_leaves_is_fine() -> None:
    steps = (
        '  menu: {say: {en: Press 1.}, menu: {"1": goodbye}, no_key: about}\n'
        "  about: {say: {en: About.}, then: again}\n"
        '  again: {say: {en: Press 1.}, menu: {"1": goodbye}, no_key: menu, at_most: 3, then: goodbye}' + END
    )
    assert codes_of(steps) == []


def test_a_circle_whose_exit_leads_back_into_it_is_not() -> None:
    steps = (
        '  menu: {say: {en: Press 1.}, menu: {"1": goodbye}, no_key: again}\n'
        '  again: {say: {en: Press 1.}, menu: {"1": goodbye}, no_key: menu, at_most: 3, then: menu}' + END
    )
    assert codes_of(steps) == ["silence-goes-round"]


def test_a_menu_that_leads_silence_to_itself_goes_round() -> None:
    steps = '  menu: {say: {en: Press 1.}, menu: {"1": goodbye}, no_key: menu}' + END
    assert codes_of(steps) == ["silence-goes-round"]


def test_steps_after_a_conversation_are_reached() -> None:
    steps = "  ring: {ring: on_call, answered: thanks, not_answered: goodbye}\n  thanks: {hang_up: true}" + END
    assert codes_of(steps) == []


def test_a_say_of_our_longest_is_spoken_and_one_more_is_not() -> None:
    for length, codes in ((3000, []), (3001, ["too-many-words"])):
        assert codes_of(f"  bye: {{say: {{en: {'a' * length}}}, hang_up: true}}") == codes


def test_broken_languages_hide_no_unknown_step() -> None:
    assert codes_of("  ring: {ring: on_call, not_answered: nowhere}", "languages: en") == ["wrong-type", "unknown-step"]


def test_several_things_wrong_with_one_entry_are_all_told() -> None:
    written = FLOW.replace("not_answered: goodbye", "not_answered: godbye\n    waits: 5s\n    between: Still trying.")
    codes = [one.code for one in load_texts(texts(flow=written)).findings]
    assert codes == ["unknown-step", "unknown-field", "wrong-type"]


def voice_findings(voice: str) -> list[tuple[str, str]]:
    flow = FLOW.replace("name: RISE\n", f"name: RISE\nlanguages: {{en: {{locale: en-US, voice: {voice}}}}}\n")
    found = load_texts(texts(flow=flow)).findings
    return [(finding.code, finding.severity) for finding in found if "voice" in finding.code]


@pytest.mark.parametrize("name", ["Alba", "Raul", "Solveig", "Eleni"])
def test_a_voice_that_may_be_new_is_noted_and_not_refused(name: str) -> None:
    assert voice_findings(f"Polly.{name}-Generative") == [("voice-not-known", "note")]


@pytest.mark.parametrize(
    "voice", ["Polly.Johanna", "Polly.joanna-Neural", "Polly.Joanna-Neurall", "Polly.Mathew-Neural"]
)
def test_a_slip_in_a_known_voices_name_or_kind_is_refused(voice: str) -> None:
    assert voice_findings(voice) == [("bad-voice", "error")]


@pytest.mark.parametrize(
    "voice", ["Polly.Joanna", "Polly.Danielle-Long-Form", "Polly.Ruth-Generative", "Polly.Kiara-Generative", "alice"]
)
def test_a_known_voice_is_taken(voice: str) -> None:
    assert voice_findings(voice) == []
