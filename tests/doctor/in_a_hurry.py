"""What doctor prints of a deployment that was set up in a hurry: `in_a_hurry.txt`.

`python -m tests.doctor.in_a_hurry` writes it anew.
"""

from __future__ import annotations

import re
import tempfile
from pathlib import Path

from hotline.simulator.rest_api.server import RestApi
from hotline.store.redis.embedded import EmbeddedServer, socket_url
from tests.doctor.deployment import ROTA, Deployment, as_printed, plain

PRINTED = Path(__file__).with_suffix(".txt")
_PASSED = re.compile(r"(?m)^ PASS .*\n(?: {10}.*\n)*")


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
    PRINTED.write_text(output)


if __name__ == "__main__":
    main()
