"""Reads TwiML as strictly as the carrier does: refuses what is no document, and lists what is odd in one."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass, field
from xml.parsers import expat

from hotline.simulator.twiml.schema import LONG_NAMES, NOT_SIMULATED, QUEUE_NAME_LIMIT, RULES, SSML, WARNING, too_long

MAX_BYTES = 64 * 1024


class UnreadableTwiml(Exception):
    """The answer is no document. `code` is the carrier's error number."""

    def __init__(self, code: str, what: str) -> None:
        super().__init__(what)
        self.code = code


@dataclass(slots=True)
class Element:
    """An element of TwiML. `text` is all the text inside, `own` only the text outside its children."""

    name: str
    attributes: dict[str, str]
    line: int
    text: str = ""
    own: str = ""
    children: list[Element] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Oddity:
    """Something the carrier would warn of."""

    code: str
    what: str


def parse(body: bytes) -> Element:
    """The `<Response>` in `body`; raises Unreadable (11750, 12100)."""
    if len(body) > MAX_BYTES:
        raise UnreadableTwiml("11750", f"the document has {len(body)} bytes, and {MAX_BYTES} are allowed")
    if not body.strip():
        raise UnreadableTwiml("12100", "the document is empty")
    if body[:1].isspace() and body.lstrip().startswith(b"<?xml"):
        raise UnreadableTwiml("12100", "there is whitespace before <?xml")
    root = _read(body)
    if root.name != "Response":
        raise UnreadableTwiml("12100", f"the document begins with <{root.name}>, not <Response>")
    return root


def _read(body: bytes) -> Element:
    stack: list[Element] = []
    found: list[Element] = []
    parser = expat.ParserCreate()

    def start(name: str, attributes: dict[str, str]) -> None:
        element = Element(name, dict(attributes), parser.CurrentLineNumber)
        (stack[-1].children if stack else found).append(element)
        stack.append(element)

    def end(name: str) -> None:
        stack.pop()

    def characters(data: str) -> None:
        stack[-1].own += data
        for element in stack:
            element.text += data

    def doctype(*_: object) -> None:
        raise UnreadableTwiml("12100", "the document declares a document type")

    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = characters
    parser.StartDoctypeDeclHandler = doctype
    try:
        parser.Parse(body, True)
    except expat.ExpatError as error:
        raise UnreadableTwiml("12100", f"the document is not XML: {error}") from error
    return found[0]


def clean(root: Element, verbs: Set[str]) -> tuple[list[Element], list[Oddity]]:
    """Return the verbs of a document without everything odd, and the odd parts. `verbs` are allowed at the top."""
    odd = [Oddity(WARNING, f"<Response> has no attribute {name}") for name in root.attributes]
    if root.own.strip():
        odd.append(Oddity(WARNING, f"text outside any verb: {root.own.strip()[:40]!r}"))
    return _children(root, verbs, odd), odd


def _children(parent: Element, allowed: Set[str], odd: list[Oddity]) -> list[Element]:
    kept = []
    for child in parent.children:
        where = f"<{child.name}> in <{parent.name}>, line {child.line}"
        if child.name in NOT_SIMULATED:
            odd.append(Oddity("not-simulated", f"{where}: this simulator does not know it yet"))
        elif child.name not in RULES and child.name not in SSML:
            odd.append(Oddity(WARNING, f"{where}: there is no such verb"))
        elif child.name not in allowed:
            odd.append(Oddity(_nesting_code(parent.name), f"{where}: not allowed here"))
        elif child.name in SSML or _judge(child, odd):
            kept.append(child)
    return kept


def _nesting_code(parent: str) -> str:
    return {"Gather": "13320", "Dial": "13215"}.get(parent, WARNING)


def _judge(element: Element, odd: list[Oddity]) -> bool:
    """List the odd parts of `element` and remove them. False if nothing is left to perform."""
    rule = RULES[element.name]
    where = f"<{element.name}>, line {element.line}"
    for name, value in list(element.attributes.items()):
        attribute = rule.attributes.get(name)
        if attribute is None:
            odd.append(Oddity(WARNING, f"{where}: no attribute {name}"))
            del element.attributes[name]
        elif not attribute.allows(value):
            odd.append(Oddity(attribute.code, f"{where}: {name} cannot be {value!r}"))
            del element.attributes[name]
    element.children = _children(element, rule.children, odd)
    if rule.text == "none" and element.own.strip():
        odd.append(Oddity(WARNING, f"{where}: text is not allowed here"))
    if rule.text == "required" and not element.text.strip():
        odd.append(Oddity(rule.text_code, f"{where}: it is empty"))
        return False
    if element.name == "Play" and not element.text.strip() and "digits" not in element.attributes:
        odd.append(Oddity(rule.text_code, f"{where}: nothing to play"))
        return False
    if element.name in LONG_NAMES and len(element.text.strip()) > QUEUE_NAME_LIMIT:
        odd.append(Oddity(LONG_NAMES[element.name], f"{where}: the queue's name is too long"))
        return False
    if element.name == "Say":
        return _judge_say(element, where, odd)
    return True


def _judge_say(element: Element, where: str, odd: list[Oddity]) -> bool:
    voice = element.attributes.get("voice", "")
    if element.children and not voice.startswith(("Polly.", "Google.")):
        odd.append(Oddity(WARNING, f"{where}: voice {voice or 'man'!r} knows no SSML"))
    if too_long(voice, element.text):
        odd.append(Oddity("13521", f"{where}: {len(element.text)} characters are too many for one Say"))
        return False
    return True
