"""What a release leaves of calls under way: the addresses of their next webhooks, and what Redis knows of them.

    python -m tests.faults.call_under_way release.json

writes it, for the release that is checked out. `test_older_release.py` goes on with these calls under this one.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from xml.etree import ElementTree

from redis import Redis

from hotline.simulator.line.signature import sign
from hotline.simulator.rest_api.server import RestApi
from hotline.store.redis.embedded import EmbeddedServer, socket_url
from tests.faults import line
from tests.faults.processes import wait_until
from tests.faults.system import SIGNATURE, Place, serving

ACCOUNT, TOKEN = "AC" + "5" * 32, "a token of no account"
KEY = "a secret key of no system"
PUBLIC_URL = "https://hotline.example"
ALONE, TOGETHER = "CA" + "a" * 32, "CA" + "b" * 32
SEVERAL = line.ROTA.replace("  ring_for: 20s\n", "  ring_for: 20s\n  at_once: 2\n")


@dataclass(frozen=True, slots=True)
class Caller:
    """Sends the webhooks of one call to a place."""

    place: Place
    call: str

    def asks(self, address: str, **params: str) -> ElementTree.Element:
        """Send a webhook to an address as a document has it; the document that answers."""
        fields = {
            "CallSid": self.call,
            "To": line.NUMBER,
            "From": "+14105550999",
            "CallStatus": "in-progress",
            **params,
        }
        headers = {SIGNATURE: sign(TOKEN, PUBLIC_URL + address, fields.items())}
        request = urllib.request.Request(self.place.url + address, urlencode(fields).encode(), headers)
        with urllib.request.urlopen(request, timeout=15) as answer:
            return ElementTree.fromstring(answer.read())


def environment(redis_url: str, api: RestApi) -> dict[str, str]:
    """Settings of a deployment whose keys every release is given."""
    return {
        "TWILIO_ACCOUNT_SID": ACCOUNT,
        "TWILIO_AUTH_TOKEN": TOKEN,
        "TWILIO_API_BASE_URL": api.url,
        "HOTLINE_SECRET_KEY": KEY,
        "HOTLINE_PUBLIC_URL": PUBLIC_URL,
        "REDIS_URL": redis_url,
        "WEB_CONCURRENCY": "1",
    }


def leads(document: ElementTree.Element, verb: str, attribute: str = "action") -> str:
    """The address that a verb of a document leads to."""
    found = document.find(f".//{verb}")
    assert found is not None, ElementTree.tostring(document)
    return (found.text or "") if verb == "Redirect" else found.attrib[attribute]


def alone(place: Place) -> dict[str, Any]:
    """A caller whose first phone rings, one after another."""
    caller = Caller(place, ALONE)
    pressed = caller.asks(leads(caller.asks("/voice"), "Gather"), Digits="1")
    rings = pressed if pressed.find(".//Dial") is not None else caller.asks(leads(pressed, "Redirect"))
    [number] = rings.iter("Number")
    return {"rung": leads(rings, "Dial"), "screening": number.attrib["url"], "phone": number.text}


def together(place: Place, api: RestApi) -> dict[str, Any]:
    """A caller in a queue, for whom several phones ring."""
    caller = Caller(place, TOGETHER)
    pressed = caller.asks(leads(caller.asks("/voice"), "Gather"), Digits="1")
    queued = pressed if pressed.find(".//Enqueue") is not None else caller.asks(leads(pressed, "Redirect"))
    wait = leads(queued, "Enqueue", "waitUrl")
    caller.asks(wait, QueueSid="QU" + "6" * 32)
    wait_until(lambda: len(api.calls) >= 2, what="two phones ring")
    legs = {sid: {"to": call.to, "url": call.asked["Url"]} for sid, call in api.calls.items()}
    return {"wait": wait, "left": leads(queued, "Enqueue"), "legs": legs}


def kept(redis: Redis) -> dict[str, list[Any]]:
    """All keys of live state: kind and value."""
    found: dict[str, list[Any]] = {}
    for key in sorted(redis.scan_iter("hotline:*")):
        match kind := redis.type(key):
            case "string":
                value: Any = redis.get(key)
            case "hash":
                value = redis.hgetall(key)
            case "set":
                value = sorted(redis.smembers(key))
            case "zset":
                value = dict(redis.zrange(key, 0, -1, withscores=True))
            case _:
                continue
        found[key] = [kind, value]
    return found


def put_back(redis: Redis, found: dict[str, list[Any]]) -> None:
    """Put these keys into a Redis, as they were."""
    for key, (kind, value) in found.items():
        match kind:
            case "string":
                redis.set(key, value)
            case "hash":
                redis.hset(key, mapping=value)
            case "set":
                redis.sadd(key, *value)
            case "zset":
                redis.zadd(key, value)
        redis.expire(key, 3_600)


def main(target: Path) -> None:
    left: dict[str, Any] = {}
    for name, rota in (("alone", line.ROTA), ("together", SEVERAL)):
        with tempfile.TemporaryDirectory(prefix="hotline-") as folder, RestApi(ACCOUNT, TOKEN) as api:
            server = EmbeddedServer(Path(folder, "redis"))
            server.start()
            api.add_number(line.NUMBER)
            url = socket_url(Path(folder, "redis"))
            place = Place(Path(folder), environment=environment(url, api))
            line.write(place.config_dir, rota=rota)
            with serving(place), Redis.from_url(url, decode_responses=True) as redis:
                at = int(time.time())
                said = alone(place) if name == "alone" else together(place, api)
                left[name] = {"at": at, **said, "redis": kept(redis)}
            server.stop()
    target.write_text(json.dumps(left, indent=1) + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
