"""What is in deploy/ is safe, fits the code, and is accepted by the programs it is for, as far as these are here."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from hotline import __version__
from hotline.cli import COMMANDS
from hotline.core.reports.metrics import Figures
from hotline.feeds import metrics
from hotline.settings import read_settings
from tests.certificates import make_certificate

DEPLOY = Path(__file__).parents[2] / "deploy"
UNITS = sorted((DEPLOY / "systemd").glob("*.service"))
COMPOSE: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
OURS = {name: one for name, one in COMPOSE["services"].items() if one["image"].startswith("hotline:")}
WEB = ["hotline.wiring.web:wsgi_app()", "--config", "python:hotline.processes.gunicorn_conf", "--bind"]
_METRIC = re.compile(r"\bhotline_[a-z_]+")
_SUFFIX = re.compile(r"_(bucket|sum|count|total)$")


def run(*words: str | Path, cwd: Path | None = None) -> str:
    done = subprocess.run(words, cwd=cwd, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


def images() -> Iterator[str]:
    yield from (one["image"] for one in COMPOSE["services"].values())
    yield from re.findall(r"^FROM (\S+)", (DEPLOY / "Dockerfile").read_text(), re.MULTILINE)
    yield from re.findall(r"image: (\S+)", (DEPLOY / "kubernetes/hotline.yaml").read_text())


def test_images_have_a_name_and_a_tag_and_no_host() -> None:
    for image in images():
        name, _, tag = image.partition(":")
        assert re.fullmatch(r"[a-z0-9-]+(/[a-z0-9-]+)?", name), image
        assert re.match(r"\d", tag), f"{image} is not fixed to a version"
    assert {image for image in images() if image.startswith("hotline")} == {f"hotline:{__version__}"}


def test_containers_run_as_a_user_without_rights_on_a_root_that_cannot_be_written() -> None:
    for name, one in OURS.items():
        assert one["read_only"], name
        assert one["cap_drop"] == ["ALL"], name
        assert "no-new-privileges:true" in one["security_opt"], name
        assert one["tmpfs"] == ["/tmp"], name
    published = [port for one in COMPOSE["services"].values() for port in one.get("ports", [])]
    assert published == ["127.0.0.1:8000:8000"], "neither database nor Valkey can be reached from outside"
    text = (DEPLOY / "Dockerfile").read_text()
    last = text.rpartition("\nFROM ")[2]
    assert re.search(r"^USER 10001:10001$", last, re.MULTILINE)
    assert "HEALTHCHECK" in last
    assert "--require-hashes -r requirements/run.txt" in text
    assert not re.search(r"\b(curl|wget|ADD|sudo|latest)\b", text)
    for document in yaml.safe_load_all((DEPLOY / "kubernetes/hotline.yaml").read_text()):
        if document["kind"] == "Deployment":
            pod = document["spec"]["template"]["spec"]
            assert pod["securityContext"]["runAsNonRoot"]
            for container in [*pod["containers"], *pod.get("initContainers", [])]:
                assert container["securityContext"]["readOnlyRootFilesystem"], container["name"]


def test_every_command_in_deploy_exists() -> None:
    dockerfile = (DEPLOY / "Dockerfile").read_text()
    [start] = re.findall(r"^CMD (\[.*\])$", dockerfile, re.MULTILINE)
    assert json.loads(start) == ["gunicorn", *WEB, "0.0.0.0:8000"]
    for one in OURS.values():
        words = one.get("command", ["hotline", "worker"])
        assert (words[0], words[1] in COMMANDS) == ("hotline", True)
    started = {}
    for unit in UNITS:
        [words] = re.findall(r"^ExecStart=(.*)$", unit.read_text(), re.MULTILINE)
        started[unit.name] = words.split()
    assert started.pop("hotline-web.service")[1:] == [*WEB, "127.0.0.1:8000"]
    assert {words[0] for words in started.values()} == {"/opt/hotline/bin/hotline"}
    assert all(words[1] in COMMANDS for words in started.values())


def test_the_example_of_settings_has_settings_only() -> None:
    lines = (DEPLOY / "hotline.env.example").read_text().splitlines()
    given = dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))
    assert read_settings(given).public_url == "https://hotline.example.org"


def test_every_metric_that_alerts_and_dashboard_name_exists() -> None:
    there = {family.name for family in metrics._families(Figures(up={}, files_age=1.0, heartbeat_age=1.0))}
    dashboard = json.loads((DEPLOY / "grafana/hotline.json").read_text())
    asked = [target["expr"] for panel in dashboard["panels"] for target in panel["targets"]]
    rules = yaml.safe_load((DEPLOY / "prometheus/alerts.yaml").read_text())["groups"][0]["rules"]
    asked += [rule["expr"] for rule in rules]
    named = {_SUFFIX.sub("", name) for expression in asked for name in _METRIC.findall(expression)}
    assert named - {_SUFFIX.sub("", name) for name in there} == set()
    assert len({panel["id"] for panel in dashboard["panels"]}) == len(dashboard["panels"])
    assert all(set(rule["annotations"]) == {"summary", "remedy"} for rule in rules)


def test_no_file_of_deploy_logs_a_query_or_an_address() -> None:
    nginx = (DEPLOY / "nginx.conf").read_text()
    [form] = re.findall(r"log_format hotline '(.*)';", nginx)
    assert not {"$request ", "$request_uri", "$args", "$remote_addr", "$http_referer"} & set(
        re.findall(r"\$\w+ ?", form)
    )
    assert "error_log /var/log/nginx/hotline-error.log crit;" in nginx, "its errors name the whole request"
    assert not re.search(r"^\s*(log|option httplog)\b", (DEPLOY / "haproxy.cfg").read_text(), re.MULTILINE)
    assert re.search(r"log \{\s+level ERROR", (DEPLOY / "Caddyfile").read_text())


def test_a_command_runs_with_the_settings_and_folders_of_the_units(tmp_path: Path) -> None:
    """Run as somebody other than root; root becomes the user hotline first, who is not on every machine."""
    program, settings, script = tmp_path / "program", tmp_path / "hotline.env", tmp_path / "hotline"
    program.write_text("#!/bin/sh\nenv | grep -E '^(HOTLINE|TWILIO)' | sort\necho \"[$*]\"\n")
    given = ["# A comment", "HOTLINE_PUBLIC_URL=https://hotline.example", "TWILIO_AUTH_TOKEN=a $b `c` d", "PORT=", ""]
    settings.write_text("\n".join(given))
    text = (DEPLOY / "hotline").read_text()
    assert "setpriv --reuid hotline --regid hotline" in text
    text = text.replace("/etc/hotline/hotline.env", str(settings)).replace("/opt/hotline/bin/hotline", str(program))
    script.write_text(text.replace('[ "$(id -u)" = 0 ] ||', ""))
    for file in (program, script):
        file.chmod(0o755)
    said = subprocess.run(
        [script, "report", "--from", "last week"], env={"PATH": "/usr/bin:/bin"}, capture_output=True, check=True
    )
    assert said.stdout.decode().splitlines() == [
        "HOTLINE_CONFIG_DIR=/srv/hotline",
        "HOTLINE_DATA_DIR=/var/lib/hotline",
        *given[1:3],
        "[report --from last week]",
    ]
    for unit in UNITS:
        assert "Environment=HOTLINE_CONFIG_DIR=/srv/hotline HOTLINE_DATA_DIR=/var/lib/hotline" in unit.read_text()


# Programs that are here have their say, too. On Debian: apt-get install nginx-light caddy prometheus systemd


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_systemd_accepts_the_units_and_finds_them_well_guarded(unit: Path, tmp_path: Path) -> None:
    text = unit.read_text()
    for line in ("NoNewPrivileges=yes", "ProtectSystem=strict", "CapabilityBoundingSet=", "User=hotline", "UMask=0077"):
        assert f"\n{line}\n" in text
    if shutil.which("systemd-analyze"):
        program = tmp_path / "program"
        program.write_text("#!/bin/sh\n")
        program.chmod(0o755)
        here = tmp_path / unit.name
        here.write_text(re.sub(r"^(Exec\w+=-?)\S+", rf"\1{program}", text, flags=re.MULTILINE))
        assert "warning" not in run("systemd-analyze", "verify", "--man=no", here).lower()
        run("systemd-analyze", "security", "--offline=yes", "--threshold=25", here)


def test_nginx_and_caddy_accept_their_files(tmp_path: Path) -> None:
    text = (DEPLOY / "nginx.conf").read_text()
    assert "proxy_set_header X-Forwarded-For $remote_addr;" in text
    if shutil.which("nginx"):
        certificate = make_certificate(tmp_path)
        certificate.made.rename(tmp_path / "fullchain.pem")
        certificate.key.rename(tmp_path / "privkey.pem")
        text = text.replace("/etc/ssl/hotline", str(tmp_path)).replace("/var/log/nginx", str(tmp_path))
        (tmp_path / "site.conf").write_text(text)
        whole = f"pid {tmp_path}/pid;\nerror_log stderr;\nevents {{}}\nhttp {{ include {tmp_path}/site.conf; }}\n"
        (tmp_path / "nginx.conf").write_text(whole)
        assert "test is successful" in run("nginx", "-t", "-c", tmp_path / "nginx.conf")
    if shutil.which("caddy"):
        file = DEPLOY / "Caddyfile"
        assert "Valid configuration" in run("caddy", "validate", "--adapter", "caddyfile", "--config", file)


def test_only_webhooks_are_sent_to_a_second_machine() -> None:
    """A form of the pages must not be sent twice: nobody knows what the first machine did with it."""
    text = (DEPLOY / "nginx.conf").read_text()
    places = dict(re.findall(r"location (\S+|[~=] \S+) \{(.*?)\n    \}", text, re.DOTALL))
    assert [place for place, rules in places.items() if "non_idempotent" in rules] == ["~ ^/(voice|sms)"]
    first, *backends = (DEPLOY / "haproxy.cfg").read_text().split("\nbackend ")
    assert [rules.split()[0] for rules in backends if "retry-on" in rules] == ["webhooks"]
    assert "retry-on" not in first


def test_prometheus_accepts_the_alerts_and_they_ring_when_they_should() -> None:
    tests = yaml.safe_load((DEPLOY / "prometheus/alerts_test.yaml").read_text())
    rules = yaml.safe_load((DEPLOY / "prometheus/alerts.yaml").read_text())["groups"][0]["rules"]
    names = {rule["alert"] for rule in rules}
    assert {one["alertname"] for test in tests["tests"] for one in test["alert_rule_test"]} <= names
    if shutil.which("promtool"):
        run("promtool", "check", "rules", DEPLOY / "prometheus/alerts.yaml")
        run("promtool", "test", "rules", "alerts_test.yaml", cwd=DEPLOY / "prometheus")
