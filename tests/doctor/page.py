"""What docs/doctor.md shows: a deployment that was set up in a hurry.

`python -m tests.doctor.page` writes it into the page.
"""

from __future__ import annotations

import re
import tempfile
from pathlib import Path

from hotline.simulator.rest_api.server import RestApi
from hotline.store.redis.embedded import EmbeddedServer, socket_url
from tests.doctor.deployment import ROTA, Deployment, as_printed, plain

PAGE = Path(__file__).parents[2] / "docs" / "doctor.md"
_PASSED = re.compile(r"(?m)^ PASS .*\n(?: {10}.*\n)*")
_SHOWN = re.compile(r"(```text\n)(.*?)(```\n)", re.DOTALL)


def shown(text: str) -> str:
    """The output that a page shows."""
    found = _SHOWN.search(text)
    return found[2] if found else ""


def in_a_hurry(directory: Path, redis_url: str) -> str:
    """What doctor says of a deployment that was set up in a hurry, without what is as it should be."""
    with RestApi() as api:
        deployment = Deployment(directory, redis_url, api)
        deployment.number.set |= {"StatusCallback": "", "VoiceFallbackUrl": "", "SmsUrl": ""}
        deployment.environment["HOTLINE_SECRET_KEY"] = ""
        deployment.write(rota=ROTA.replace("hours: 24h", "hours: 18:00-08:00").replace("backup: [amy]", ""))
        with deployment.running():
            deployment.tunnel_token = "the token of another account"
            deployment.settings.data_dir.chmod(0o755)
            return re.sub(r"\n{3,}", "\n\n", _PASSED.sub("", as_printed(plain(deployment.look(), deployment))))


def written(text: str, output: str) -> str:
    """The page with this output in it."""
    return _SHOWN.sub(lambda found: f"{found[1]}{output}{found[3]}", text)


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="hotline-") as folder:
        server = EmbeddedServer(Path(folder, "redis"))
        server.start()
        try:
            directory = Path(folder, "deployment")
            directory.mkdir()
            output = in_a_hurry(directory, socket_url(Path(folder, "redis")))
        finally:
            server.stop()
    PAGE.write_text(written(PAGE.read_text(), output))


if __name__ == "__main__":
    main()
