"""Web pages that need nothing else: no script, no other file, no other host."""

from __future__ import annotations

from html import escape
from pathlib import Path


def css(name: str) -> str:
    """Return the style sheet `<name>.css` beside this module."""
    return Path(__file__).with_name(f"{name}.css").read_text("utf-8")


def web_page(title: str, style: str, body: str) -> str:
    """Return a page in English whose main part is `body`, in HTML."""
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)}</title>\n<style>\n{style}</style>\n</head>\n<body>\n<main>\n{body}\n</main>\n</body>\n</html>"
    )
