"""A report as one self-contained page, the same as the coordinators' pages show, for a file or a printer."""

from __future__ import annotations

from datetime import datetime, tzinfo
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from markupsafe import Markup

from hotline import pages
from hotline.pages.reports.page import FoundReport, body
from hotline.pages.words.language import FILTERS, translations

_STYLE = Path(pages.__file__).parent / "static" / "hotline.css"
_PAGE = """\
<!doctype html>
<html lang="{{ language }}" data-theme="auto">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{{ title }}, {{ days(report.period) }}</title>
<style>{{ style }}</style>
</head>
<body>
<main>
<h1 class="visually-hidden">{{ title }}</h1>
{% include "reports/body.html" %}
</main>
</body>
</html>
"""


def report_page(found: FoundReport, title: str, zone: tzinfo, made: datetime) -> str:
    """A report as a web page, in English."""
    words = translations("en")
    environment = Environment(
        loader=PackageLoader("hotline.pages"),
        autoescape=select_autoescape(default=True, default_for_string=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    environment.install_gettext_callables(  # type: ignore[attr-defined]
        words.gettext, words.ngettext, newstyle=True
    )
    environment.filters.update(FILTERS)
    style = Markup(_STYLE.read_text("utf-8"))  # noqa: S704 - ours
    return environment.from_string(_PAGE).render(language="en", style=style, **body(found, title, zone, made))
