"""Explanations of the errors of a call flow."""

from __future__ import annotations

from collections.abc import Mapping

from hotline.files.findings.explanation import Explanation

FLOW: Mapping[str, Explanation] = {
    "no-such-sound": Explanation(
        "a recording that is not there",
        "No file in call_flows/sounds has this name. Nothing is lost: the words under `say` are spoken.",
        "Correct the name, or put the file there: welcome.en.wav for English, welcome.wav for all languages.",
        "welcome:\n  play: welcome\n  say: {en: You have reached RISE.}",
    ),
    "sound-not-in-language": Explanation(
        "a recording that is missing in a language",
        "Callers in this language hear the words under `say`, in the carrier's voice.",
        "Nothing needs to be done. To have it in their language too, add a file with its code.",
        "call_flows/sounds/welcome.es.wav",
    ),
    "sound-not-usable": Explanation(
        "a recording that cannot be played",
        "Played are MP3, and WAV with 8 or 16 bit or mu-law, of at most 60 seconds and 5 MB. For any other file the "
        "words under `say` are spoken.",
        "Save it again as a mono WAV file with 8 kHz and 16 bit. Free programs such as Audacity do; so does ffmpeg.",
        "ffmpeg -i welcome.m4a -ac 1 -ar 8000 -c:a pcm_s16le welcome.wav",
    ),
    "sound-hard-to-hear": Explanation(
        "a recording that is hard to hear",
        "It is very quiet, or so loud that it crackles, or it begins with silence. Callers in a noisy place miss the "
        "words, and silence sounds like a dead line.",
        "Record it again close to the microphone, in a quiet room, and cut off what comes before the first word.",
        "play: welcome",
    ),
    "sound-without-step": Explanation(
        "a recording that nothing plays",
        "The file is in call_flows/sounds, and no step of any call flow names it in one of its languages.",
        "Name it in a step, or delete the file.",
        "play: welcome",
    ),
    "hard-to-say": Explanation(
        "words that a voice does not say as intended",
        "Tags, addresses and pictures are read out or left out, and a long number is read as one number.",
        "Write the words as callers should hear them.",
        "say: {en: Or call 9 8 8.}",
    ),
    "voice-not-known": Explanation(
        "a voice that Hotline does not know",
        "The name has the right form, and the voice may be new. A voice that "
        "the carrier does not have ends every call.",
        "Check the carrier's list of voices.",
        "languages:\n  en: {locale: en-US, voice: Polly.Joanna-Neural}",
    ),
    "voice-of-another-language": Explanation(
        "a voice of another language",
        "The voice reads the words as words of its own language, and callers may not understand them.",
        "Choose a voice of the language.",
        "languages:\n  es: {locale: es-US, voice: Polly.Lupe-Neural}",
    ),
    "key-not-in-menu": Explanation(
        "words that name a key the menu does not have",
        "If a caller presses it, it counts as a wrong key. Check the quotes: without them, # begins a comment.",
        "Add the key to `menu`, in quotes, or change the words.",
        'menu: {"1": reach_peer, "#": reach_peer}',
    ),
    "key-not-said": Explanation(
        "a key that the words do not mention",
        "The menu has this key, but the words of the step do not mention it.",
        "Say what the key does, or delete it.",
        "say: {en: To reach a peer press 1.}",
    ),
    "number-claimed-twice": Explanation(
        "a number claimed twice",
        "A number that callers dial belongs to one hotline. Two call flows have this number, so neither is "
        "used. Or one lists it twice.",
        "Delete it from all places but one.",
        'numbers: ["+1 410 555 0100"]',
    ),
    "unknown-rota": Explanation(
        "a rota that does not exist",
        "The call flow names a rota, or has the name of one, or a step rings one, and there is no such file in the"
        " folder rota.",
        "Correct the name, or write the rota. A step rings the flow's own rota with `ring: on_call`.",
        "rota: rise        # is rota/rise.yaml\nring: leaders     # in a step: rings rota/leaders.yaml",
    ),
    "unknown-step": Explanation(
        "a step that does not exist",
        "A key or field leads to a step that is not in `steps`. A caller would be lost.",
        "Correct the name, or add the step.",
        "no_key: reach_peer",
    ),
    "unknown-language": Explanation(
        "a language that is not declared",
        "Words, or a key, are for a language that is not under `languages`.",
        "Correct its code, or declare it.",
        "languages:\n  en: {locale: en-US, voice: Polly.Joanna-Neural}",
    ),
    "unreachable-step": Explanation(
        "a step no caller ever hears",
        "No key and no field leads to this step from the start.",
        "Point something to it, or delete it.",
        'menu: {"2": about}',
    ),
    "dead-end-step": Explanation(
        "a step from which callers reach nobody",
        "Whatever a caller does from here, they never reach a person or a goodbye.",
        "Point one of its ways to a step with `ring: on_call`, `dial` or `hang_up: true`.",
        "about:\n  say: {en: About us.}\n  then: welcome",
    ),
    "silence-goes-round": Explanation(
        "a caller who presses nothing loops forever",
        "Callers may be unable to press a key. From these steps silence leads in a circle, never to a "
        "person or a goodbye.",
        "Point `no_key` to a step that rings, or add `at_most` with `then`.",
        "no_key: reach_peer",
    ),
    "longest-wait": Explanation(
        "how long a caller can wait for a last resort",
        "A last resort is a step with `dial`, or words that end the call. This is the longest time until then for a "
        "caller who presses nothing while nobody answers. More than `max_wait` and a minute is a warning.",
        "Shorten greetings and waits, and point `not_answered` and `no_key` to the last resort.",
        "nobody_free:\n  no_key: lifeline",
    ),
    "ring-early-in-vain": Explanation(
        "phones that ring early for nobody",
        "With `ring_early` phones ring while the first words are spoken. A caller who presses nothing must then come "
        "to a step that rings; here they come to something else, or to a goodbye.",
        "Lead `no_key` or `then` of the first steps to a step with `ring: on_call`, or delete `ring_early`.",
        "welcome:\n  say: {en: I'm finding someone for you.}\n  ring_early: 5s\n  then: reach_peer",
    ),
    "one-text-on-hold": Explanation(
        "a single text for callers who wait",
        "Callers who wait hear something every few seconds, and never the same sentence twice in a row. One text "
        "alone cannot do that.",
        "Write two texts or more.",
        "hold:\n  en: [I'm still looking for someone., Thank you for waiting.]",
    ),
    "ring-without-not-answered": Explanation(
        "what happens when nobody picks up is missing",
        "Perhaps nobody answers. Without a next step the caller would be dropped.",
        "Add `not_answered`.",
        "ring: on_call\nnot_answered: nobody_free",
    ),
    "two-actions": Explanation(
        "a step that does two things",
        "A step does one thing after its words: `menu`, `ring`, `dial` or `hang_up`.",
        "Make two steps, joined by `then`.",
        'lifeline:\n  dial: "988"\n  then: goodbye\ngoodbye:\n  hang_up: true',
    ),
    "no-action": Explanation(
        "a step that leads nowhere",
        "After its words the caller would hear silence.",
        "Add `then`, `menu`, `ring`, `dial` or `hang_up: true`.",
        "about:\n  say: {en: About us.}\n  then: welcome",
    ),
    "missing-words": Explanation(
        "a language without its words",
        "A caller or volunteer with this language would hear silence.",
        "Add the words, or delete the language from `languages`.",
        "say:\n  en: Thank you.\n  es: Gracias.",
    ),
    "too-many-words": Explanation(
        "more words than the carrier speaks",
        "The carrier speaks 3,000 characters at a time with a Polly voice, 5,000 with a Google one and "
        "4,096 with its plain one, and takes 64 kB in all.",
        "Shorten the words; nobody in distress listens for five minutes.",
        "say: {en: Thank you for calling.}",
    ),
    "bad-language": Explanation(
        "a language without its code",
        "Languages have codes, mostly of two small letters.",
        "Use the code: en, es, fr, de …",
        "languages: {en: {locale: en-US}}",
    ),
    "bad-locale": Explanation(
        "a locale the carrier does not know",
        "A locale is a language with its country.",
        "Write small letters, a hyphen, capitals.",
        "locale: es-US",
    ),
    "bad-voice": Explanation(
        "a voice the carrier does not have",
        "The carrier would refuse to speak.",
        "Use one of the carrier's voices, beginning with Polly. or Google., or leave it out.",
        "voice: Polly.Joanna-Neural",
    ),
}
