"""Hotlines that were made of bytes: how many a process keeps."""

from __future__ import annotations

from dataclasses import replace

from hotline.files import load_texts
from hotline.files.loading.frozen import MOST_CALLED, called_hotlines, freeze, thawed_hotlines
from tests.files.good import texts


def test_calls_keep_few_and_pages_many() -> None:
    """A heartbeat calls every hotline. A page of all hotlines would take ten times as long if none was kept."""
    hotline = load_texts(texts()).hotlines["rise"]
    flows = [replace(hotline.flow, name=f"Line {number}") for number in range(3 * MOST_CALLED)]
    frozen = [freeze((replace(hotline, flow=flow),)) or b"" for flow in flows]
    called = [called_hotlines(data) for data in frozen]
    assert [made.flow for (made,) in called] == flows
    assert called_hotlines(frozen[-1]) is called[-1]
    assert called_hotlines(frozen[0]) is not called[0]
    shown = [thawed_hotlines(data) for data in frozen[MOST_CALLED:]]
    assert all(thawed_hotlines(data) is made for data, made in zip(frozen[MOST_CALLED:], shown, strict=True))
    assert called_hotlines(frozen[MOST_CALLED]) is shown[0], "what pages keep serves calls, too"
