"""`hotline forecast`."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from hotline.clock import now
from hotline.commands.support.hotlines import with_rotas
from hotline.commands.support.instants import INSTANT, INSTANT_HELP, Typed, in_zone
from hotline.commands.support.really import Really, really
from hotline.core.calls.flow import Hotline
from hotline.core.forecast.forecast import USUAL_CALLS_A_MONTH, Year, forecast
from hotline.core.forecast.handsets import HANDSETS
from hotline.core.forecast.improve import improvements
from hotline.core.forecast.lines import AssumedHotline, line_of, rings_somebody, with_rules
from hotline.core.forecast.policies import DEPTHS, POLICIES, Policy, plain
from hotline.errors import FilesError
from hotline.output.data.forecast import Forecasted, PolicyForecast, forecast_json
from hotline.output.terminal.forecast import print_forecast
from hotline.settings import Settings, read_settings

Report = Callable[[float], object]


@dataclass(frozen=True, slots=True)
class Sample:
    """Numbers of calls to simulate, enough for steady figures. A caller may give fewer as the context's object."""

    week: int = 20_000
    hours: int = 60_000
    """For each hour of the week."""
    comparison: int = 8_000
    depth: int = 1_500


@dataclass(frozen=True, slots=True)
class _Asked:
    """The arguments of the command line."""

    handsets: str | None
    calls_a_month: float | None
    at: Typed | None
    seed: int
    policies: bool
    improve: bool
    by_hour: bool
    sample: Sample


@click.command()
@click.argument("name", required=False)
@click.option(
    "--handsets",
    type=click.Choice(list(HANDSETS), case_sensitive=False),
    help="How phones answer. A: 7 of 10 are picked up after 4 to 12 s. B: 7 of 10, with published times. C: 4 of 10."
    " [default: as the rota says, or B]",
)
@click.option(
    "--calls-a-month",
    type=click.FloatRange(0.1, 100_000),
    help=f"How many calls come. [default: as the call log has it, or {USUAL_CALLS_A_MONTH:.0f}]",
)
@click.option("--policies", is_flag=True, help="Compare ways of ringing, with 1 to 6 people on call.")
@click.option("--improve", is_flag=True, help="Try single changes, and name the one that buys most.")
@click.option("--at", type=INSTANT, help=f"Begin the year at this instant instead of now. {INSTANT_HELP}")
@click.option("--seed", default=1, show_default=True, type=click.IntRange(0), help="Of chance: the same again.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a hotline, one a line.")
@click.option("--html", "page", type=click.Path(path_type=Path, dir_okay=False), help="Write a page with pictures.")
@click.pass_context
def command(context: click.Context, /, name: str | None, as_json: bool, page: Path | None, **asked: object) -> None:
    """Forecast how long callers to the hotline NAME, or to all of them, will wait for a human.

    A year of calls is simulated many times: calls come at random, and phones ring as they would in real calls, by the
    rota and its rules. Waits count from the start of the call. A volunteer who talks is not rung, and one who has just
    talked is rung last. A night is 23:00 to 06:00. Each rota that a hotline rings is forecast as if all calls came to
    it.
    """
    settings = read_settings()
    sample = context.find_object(Sample) or Sample()
    wanted = _Asked(**asked, by_hour=page is not None, sample=sample)  # type: ignore[arg-type]
    lines = [hotline for hotline in with_rotas(settings, name) if rings_somebody(hotline)]
    if not lines:
        raise FilesError("Callers who press nothing come to no `ring` step.", "Run `hotline check`.")
    with _progress(quiet=as_json) as report:
        found = [_forecasted(hotline, wanted, _really(settings, hotline), report) for hotline in lines]
    if page is not None:
        _write_page(page, found)
    for each in found:
        if as_json:
            click.echo(json.dumps(forecast_json(each), ensure_ascii=False))
        elif page is None:
            print_forecast(Console(highlight=False), each)


def _really(settings: Settings, hotline: Hotline) -> Really | None:
    """Return what the log has of a hotline. It does not say which rota was rung, so None where it rings several."""
    return None if hotline.others else really(settings, hotline)


def _forecasted(hotline: Hotline, asked: _Asked, log: Really | None, report: Callable[[str], Report]) -> Forecasted:
    start = (in_zone(asked.at, hotline.rota.zone) if asked.at else now()).replace(microsecond=0)
    a_month = asked.calls_a_month or (log.calls_a_month if log else USUAL_CALLS_A_MONTH)
    handset = HANDSETS[asked.handsets] if asked.handsets else None
    line, title = line_of(hotline, handset), hotline.title
    calls = asked.sample.hours if asked.by_hour else asked.sample.week
    year, shorter = Year(start, a_month, calls), Year(start, a_month, asked.sample.comparison)

    def chance() -> random.Random:
        return random.Random(asked.seed)

    found = forecast(line, year, chance(), report(title))
    policies: tuple[PolicyForecast, ...] = ()
    better = None
    if asked.policies:
        depths, told = asked.sample.depth, report(f"{title}: ways of ringing")
        policies = tuple(_policies(line, shorter, depths, chance, told))
    if asked.improve:
        before = forecast(line, shorter, chance())
        better = tuple(improvements(line, before, shorter, chance, report(f"{title}: changes")))
    return Forecasted(title, line, year, asked.seed, found, policies, better, log.report if log else None)


def _policies(
    line: AssumedHotline, year: Year, calls_a_depth: int, chance: Callable[[], random.Random], report: Report
) -> Iterator[PolicyForecast]:
    for number, policy in enumerate(POLICIES):
        rules = policy.on(line.hotline.rota.ringing)
        found = forecast(with_rules(line, rules), year, chance())
        yield PolicyForecast(policy, found, _by_depth(policy, line, calls_a_depth, chance), found.rings_a_call)
        report((number + 1) / len(POLICIES))


def _by_depth(
    policy: Policy, line: AssumedHotline, calls: int, chance: Callable[[], random.Random]
) -> tuple[float, ...]:
    """Return the shares of callers who talk to somebody within 20 seconds, by how many are on call."""
    handset = line.assumed.handset
    return tuple(plain(policy, depth, handset, calls, chance()).waits.within(20) for depth in DEPTHS)


@contextmanager
def _progress(*, quiet: bool) -> Iterator[Callable[[str], Report]]:
    """Show a bar on a terminal for each task that is begun, and take it away in the end."""
    console = Console(stderr=True)
    bars = (TextColumn("{task.description}"), BarColumn(), TimeRemainingColumn())
    with Progress(*bars, console=console, transient=True, disable=quiet or not console.is_terminal) as progress:

        def begin(what: str) -> Report:
            task = progress.add_task(what, total=1.0)
            return lambda share: progress.update(task, completed=share)

        yield begin


def _write_page(path: Path, found: list[Forecasted]) -> None:
    from hotline.output.pictures.forecast_html import forecast_page

    try:
        path.write_text(forecast_page(found), "utf-8")
    except OSError as error:
        raise click.BadParameter(f"{path} cannot be written: {error.strerror}.", param_hint="--html") from None
    click.echo(f"{path} has the forecast. Open it in a browser.", err=True)  # the output may be JSON
