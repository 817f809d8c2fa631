"""Tonight: who is on call now, and whether the hours ahead are covered."""

from __future__ import annotations

from flask import Blueprint, render_template

from hotline.pages.tools import Tools


def make_tonight(tools: Tools) -> Blueprint:
    """`/`, the home page."""
    tonight = Blueprint("tonight", __name__)

    @tonight.get("/")
    def home() -> str:
        return render_template("tonight/home.html", lines=tools.directory.state.hotlines)

    return tonight
