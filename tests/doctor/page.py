"""What docs/doctor.md shows: a deployment in good health, and one that was set up in a hurry.

`python -m tests.doctor.page` writes both into the page.
"""

from __future__ import annotations

import re
import tempfile
from pathlib import Path

from hotline.clock import now
from hotline.core.calls.heartbeat import Beat, Heartbeat
from hotline.simulator.rest_api.server import RestApi
from hotline.store.redis.embedded import EmbeddedServer, socket_url
from hotline.store.redis.heartbeats import RedisHeartbeats
from tests.doctor.deployment import ROTA, Deployment, as_printed, plain

PAGE = Path(__file__).parents[2] / "docs" / "doctor.md"
_SHOWN = re.compile(r"(<!-- (good|bad) -->\n```text\n)(.*?)(```\n)", re.DOTALL)


def shown(text: str) -> dict[str, str]:
    """The two outputs that a page shows."""
    return {name: output for _, name, output, _ in _SHOWN.findall(text)}


def good(directory: Path, redis_url: str) -> str:
    """What doctor says when all is well."""
    with RestApi() as api:
        deployment = Deployment(directory, redis_url, api)
        with deployment.running():
            return as_printed(plain(deployment.look(), deployment))


def bad(directory: Path, redis_url: str) -> str:
    """What it says of a deployment that was set up in a hurry."""
    with RestApi() as api:
        deployment = Deployment(directory, redis_url, api)
        api.status, api.type, api.barred, api.recordings = "active", "Trial", {"GB"}, 2
        deployment.number.set |= {"StatusCallback": "", "VoiceFallbackUrl": "", "SmsUrl": ""}
        deployment.number.looks_up_names = True
        deployment.environment |= {"HOTLINE_SECRET_KEY": "", "HOTLINE_HEARTBEAT_PING_URL": ""}
        deployment.write(rota=ROTA.replace("hours: 24h", "hours: 18:00-08:00").replace("backup: [amy]", ""))
        with deployment.running():
            deployment.tunnel_token = "the token of another account"
            deployment.settings.data_dir.chmod(0o755)
            (call,) = deployment.results("test call")
            beat = Beat("rise", 0.02, call.told.partition("through. ")[2], call.remedy)
            RedisHeartbeats(redis_url).keep(Heartbeat(int(now().timestamp()) - 40, (beat,)))
            return as_printed(plain(deployment.look(), deployment))


def written(text: str, outputs: dict[str, str]) -> str:
    """The page with these outputs in it."""
    return _SHOWN.sub(lambda found: f"{found[1]}{outputs[found[2]]}{found[4]}", text)


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="hotline-") as folder:
        server = EmbeddedServer(Path(folder, "redis"))
        server.start()
        try:
            url = socket_url(Path(folder, "redis"))
            outputs = {}
            for name, make in (("good", good), ("bad", bad)):
                directory = Path(folder, name)
                directory.mkdir()
                outputs[name] = make(directory, url)
        finally:
            server.stop()
    PAGE.write_text(written(PAGE.read_text(), outputs))


if __name__ == "__main__":
    main()
