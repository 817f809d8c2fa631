"""The address `/metrics`, for Prometheus and programs that read its format. It asks for a token.

What may be told, how exactly, and in which buckets, is decided in `hotline.core.reports.metrics`. Nothing is counted
here: the figures come from Redis, the database and the files, so that they are the same whichever process answers.
"""

from __future__ import annotations

import hmac
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from flask import Blueprint, Response, request

from hotline.core.reports.metrics import (
    WAIT_BUCKETS,
    WEBHOOK_BUCKETS,
    Figures,
    age_in_steps,
    in_steps,
    rings_told,
    took_steps,
    waited_steps,
)

if TYPE_CHECKING:
    from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily

REMEMBERED = 5.0
"""Seconds for which figures are told again instead of being gathered anew, however many ask."""
_PATIENCE = 1.0
"""Seconds for which somebody waits while others have figures gathered. Threads are there for callers."""
_NO_GAP = float("inf")
_NOT_SET = "404 Not Found: set HOTLINE_METRICS_TOKEN, and ask with it as a bearer token. See docs/metrics.md.\n"


def make_metrics(token: str | None, gather: Callable[[], Figures]) -> Blueprint:
    """The blueprint of `/metrics`, if there is a token to ask for."""
    metrics = Blueprint("metrics", __name__)
    remembered: list[tuple[float, str]] = []
    gathering = threading.Lock()

    @metrics.get("/metrics")
    def read() -> Response:
        if token is None:
            return Response(_NOT_SET, status=404, mimetype="text/plain")
        if not _allowed(request.headers.get("Authorization", ""), token):
            answer = Response("401 Unauthorized\n", status=401, mimetype="text/plain")
            answer.headers["WWW-Authenticate"] = "Bearer"
            return answer
        # A part that never answers holds one thread: those who ask again and again must not give up one each.
        if not gathering.acquire(timeout=_PATIENCE):
            return Response("503 Service Unavailable\n", 503, {"Retry-After": "15"}, mimetype="text/plain")
        try:
            if not remembered or time.monotonic() - remembered[0][0] > REMEMBERED:
                remembered[:] = [(time.monotonic(), as_text(gather()))]
            return Response(remembered[0][1], content_type="text/plain; version=0.0.4; charset=utf-8")
        finally:
            gathering.release()

    return metrics


def as_text(figures: Figures) -> str:
    """Figures in Prometheus's text format."""
    # Here, as only processes that are asked for metrics need to bear the cost of the library.
    from prometheus_client import CollectorRegistry, generate_latest

    class Collected:
        def collect(self) -> Iterator[Any]:
            return _families(figures)

    registry = CollectorRegistry(auto_describe=False)
    registry.register(Collected())
    return generate_latest(registry).decode()


def _allowed(header: str, token: str) -> bool:
    scheme, _, sent = header.partition(" ")
    return scheme.lower() == "bearer" and hmac.compare_digest(sent.strip().encode(), token.encode())


def _families(figures: Figures) -> Iterator[Any]:
    up = _gauge("hotline_up", "Whether a part answers: 1, or 0.", "part")
    for part, answers in figures.up.items():
        up.add_metric([part], int(answers))
    yield up
    yield from _of_calls(figures)
    yield from _of_webhooks(figures)
    yield from _of_rotas(figures)
    yield from _of_what_waits(figures)
    yield from _of_heartbeats(figures)


def _of_calls(figures: Figures) -> Iterator[Any]:
    from prometheus_client.core import HistogramMetricFamily

    days = "Whole days up to yesterday, in UTC; from 0 again each month."
    calls = _counter("hotline_calls", f"Calls that came in. {days}", "hotline")
    answered = _counter("hotline_calls_answered", f"Calls that a person answered. {days}", "hotline")
    waits = HistogramMetricFamily(
        "hotline_wait_seconds", f"From the start of a call to its answer. {days}", labels=["hotline"]
    )
    for hotline, counted in figures.calls.items():
        calls.add_metric([hotline], counted.calls)
        answered.add_metric([hotline], counted.answered)
        buckets = _buckets(WAIT_BUCKETS, waited_steps(counted.waits))
        waits.add_metric([hotline], buckets, sum(seconds * count for seconds, count in counted.waits.items()))
    yield from (calls, answered, waits)
    rings = _counter("hotline_rings", f"Rings, by how they came out, in whole tens. {days}", "hotline", "outcome")
    for (hotline, outcome), count in rings_told(figures.counts.rings, figures.depths).items():
        rings.add_metric([hotline, outcome.value], count)
    yield rings


def _of_webhooks(figures: Figures) -> Iterator[Any]:
    from prometheus_client.core import HistogramMetricFamily

    took = HistogramMetricFamily(
        "hotline_webhook_seconds",
        "How long answering a webhook took. Whole days up to yesterday, in UTC; from 0 again each month.",
        labels=["route"],
    )
    for route, counted in figures.counts.webhooks.items():
        took.add_metric([route], _buckets(WEBHOOK_BUCKETS, took_steps(counted)), counted.seconds)
    yield took
    refused = _counter("hotline_signatures_refused", "Webhooks refused for their signature; from 0 again each month.")
    refused.add_metric([], figures.counts.refused)
    yield refused


def _of_rotas(figures: Figures) -> Iterator[Any]:
    on_call = _gauge("hotline_on_call", "Volunteers on call now, before backup.", "hotline")
    backup = _gauge("hotline_backup", "Backups there are now.", "hotline")
    gap = _gauge("hotline_gap_in_seconds", "Until nobody is on call; +Inf: not within 8 weeks.", "hotline")
    nobody = _gauge(
        "hotline_nobody_in_seconds", "Until no backup is there either; +Inf: not within 8 weeks.", "hotline"
    )
    for hotline, depth in figures.depths.items():
        on_call.add_metric([hotline], depth.on_call)
        backup.add_metric([hotline], depth.backup)
        gap.add_metric([hotline], _NO_GAP if depth.until_gap is None else depth.until_gap)
        nobody.add_metric([hotline], _NO_GAP if depth.until_nobody is None else depth.until_nobody)
    yield from (on_call, backup, gap, nobody)
    if figures.files_age is not None:
        age = _gauge("hotline_files_age_seconds", "Since call flows and rotas were last changed.")
        age.add_metric([], figures.files_age)
        yield age


def _of_what_waits(figures: Figures) -> Iterator[Any]:
    queues = _gauge("hotline_jobs", "Jobs, by where they are: in whole tens, failed ones as they are.", "queue")
    for queue, count in figures.queues.items():
        queues.add_metric([queue], count if queue == "failed" else in_steps(count))
    yield queues
    counts = _gauge("hotline_backlog", "What waits on this machine's disk, in whole tens.", "of")
    ages = _gauge("hotline_backlog_age_seconds", "How long the oldest has waited, in whole five minutes.", "of")
    for of, waiting in figures.backlogs.items():
        counts.add_metric([of], in_steps(waiting.count))
        ages.add_metric([of], age_in_steps(waiting.age))
    yield from (counts, ages)


def _of_heartbeats(figures: Figures) -> Iterator[Any]:
    if figures.heartbeat_age is None:
        return
    age = _gauge("hotline_heartbeat_age_seconds", "Since the last test call through the public address.")
    age.add_metric([], figures.heartbeat_age)
    well = _gauge("hotline_heartbeat_well", "Whether every hotline answered it as it should: 1, or 0.")
    well.add_metric([], int(bool(figures.heartbeat_well)))
    took = _gauge("hotline_heartbeat_seconds", "How long its first words took.", "hotline")
    for hotline, seconds in figures.heartbeat_took.items():
        took.add_metric([hotline], seconds)
    yield from (age, well, took)


def _buckets(bounds: Sequence[float], counts: Sequence[int]) -> list[tuple[str, float]]:
    """A histogram's buckets, each with how many there are up to its bound."""
    return [
        *zip((str(float(bound)) for bound in bounds), map(float, counts), strict=False),
        ("+Inf", float(counts[-1])),
    ]


def _gauge(name: str, told: str, *labels: str) -> GaugeMetricFamily:
    from prometheus_client.core import GaugeMetricFamily

    return GaugeMetricFamily(name, told, labels=labels)


def _counter(name: str, told: str, *labels: str) -> CounterMetricFamily:
    from prometheus_client.core import CounterMetricFamily

    return CounterMetricFamily(name, told, labels=labels)
