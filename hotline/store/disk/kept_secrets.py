"""Secrets made once and stored in the data directory, if the environment has none."""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from pathlib import Path

from hotline.core.wording import Wording
from hotline.errors import ServerError


def kept_secret(data_dir: Path, name: str) -> str:
    """The secret of this name. The first call makes it; every process gets the same, even at the same time."""
    path = data_dir / name
    try:
        data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
        if not path.exists():
            scratch = data_dir / f".{name}.{os.getpid()}.{secrets.token_hex(4)}"
            with open(os.open(scratch, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as file:
                file.write(secrets.token_hex(32))
            with suppress(FileExistsError):
                os.link(scratch, path)
            scratch.unlink()
        return path.read_text().strip()
    except OSError as error:
        raise ServerError(
            Wording("The secret in %(path)s cannot be saved (%(why)s).", path=path, why=error.strerror),
            Wording("Make the folder writable, or name another in HOTLINE_DATA_DIR."),
        ) from None
