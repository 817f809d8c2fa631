"""Lua scripts for Redis, which are files beside the modules that use them."""

from __future__ import annotations

from pathlib import Path


def lua(module: str, *names: str) -> str:
    """Return a script: the files `<name>.lua` beside a module (its `__file__`), joined."""
    return "".join(Path(module).with_name(f"{name}.lua").read_text("utf-8") for name in names)
