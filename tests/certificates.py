"""Certificates of this machine, made for tests."""

from __future__ import annotations

import ssl
import subprocess
from pathlib import Path
from typing import NamedTuple


class Certificate(NamedTuple):
    """A certificate that nobody but itself vouches for, and its key: PEM files."""

    made: Path
    key: Path

    def server_side(self) -> ssl.SSLContext:
        """What a server with this certificate speaks TLS with."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.made, self.key)
        return context


def make_certificate(folder: Path, name: str = "IP:127.0.0.1") -> Certificate:
    """Make a certificate of 127.0.0.1, or of another name (`DNS:hotline.example`), in a folder that is there."""
    made = Certificate(folder / "made.pem", folder / "key.pem")
    about = ("-subj", f"/CN={name.partition(':')[2]}", "-addext", f"subjectAltName={name}")
    kind = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2")
    command = ["openssl", "req", "-x509", *kind, *about, "-keyout", str(made.key), "-out", str(made.made)]
    subprocess.run(command, check=True, capture_output=True)
    return made
