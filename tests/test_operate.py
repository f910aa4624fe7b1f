"""The worked example of docs/operate.md: what its unit files say is started, with real servers in place of the named ones."""

from __future__ import annotations

import http.client
import os
import re
import shlex
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
import pytest

from tests.processes import ROOT, Installation, bare_environ, descendants, kill_leftovers, processes
from tests.servers import end, free_port, mortal, wait_until

pytestmark = [pytest.mark.live, pytest.mark.stores]

OPERATE = ROOT / "docs" / "operate"
PLACE = "/srv/laureat"


def settings_of(name: str) -> dict[str, str]:
    """Read an EnvironmentFile as systemd does."""
    lines = (OPERATE / name).read_text().splitlines()
    return dict(shlex.split(line)[0].split("=", 1) for line in lines if line and not line.startswith("#"))


def unit(name: str) -> dict[str, list[str]]:
    """Read a unit file: the values of every key, in order."""
    found: dict[str, list[str]] = {}
    for line in (OPERATE / name).read_text().splitlines():
        if "=" in line:
            key, value = line.split("=", 1)
            found.setdefault(key, []).append(value)
    return found


@dataclass
class Machine:
    """Starts units in the environment of the example."""

    folder: Path
    environ: dict[str, str]
    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def command(self, name: str) -> tuple[list[str], dict[str, str]]:
        file, instance = re.fullmatch(r"(.+?)(@(.*))?\.service", name).group(1, 3)
        told = unit(f"{file}@.service" if instance else f"{file}.service")
        assert told["WorkingDirectory"] == [PLACE]
        assert told["EnvironmentFile"] == ["/etc/laureat.env"]
        words = shlex.split(told["ExecStart"][0].replace("%i", instance or "").replace(f"{PLACE}/.venv/bin/python", sys.executable))
        own = dict(line.replace("%i", instance or "").split("=", 1) for line in told.get("Environment", []))
        return words, {**self.environ, **own}

    def once(self, name: str) -> None:
        words, environ = self.command(name)
        done = subprocess.run(words, cwd=ROOT, env=environ, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr

    def start(self, name: str) -> None:
        words, environ = self.command(name)
        with (self.folder / "log").open("ab") as log:
            self.running[name] = subprocess.Popen(
                mortal(words), cwd=ROOT, env=environ, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
            )

    def stop(self) -> None:
        family = {pid: words for process in self.running.values() for pid, words in descendants(process.pid).items()}
        for process in self.running.values():
            process.send_signal(signal.SIGTERM)
        for process in self.running.values():
            end(process, within=20)
        kill_leftovers(family)


@pytest.fixture
def ports() -> tuple[int, int]:
    return free_port(), free_port()


@pytest.fixture
def machine(tmp_path: Path, postgres, redis_server, smtp_peer, ports: tuple[int, int]) -> Iterator[Machine]:
    """The example with every unit of its target running; web ports are free ones."""
    ours = {"VAR": str(tmp_path / "var"), "DATABASE_URL": postgres.database(), "BROKER_URL": redis_server.url}
    ours |= {"RATELIMIT_URL": redis_server.url, "SMTP_URL": smtp_peer.url, "WATCHDOG_SECONDS": "10", "STOP_SECONDS": "5"}
    machine = Machine(tmp_path, {**bare_environ(), **settings_of("laureat.env"), **ours})
    try:
        machine.once("laureat-prepare.service")
        for name in unit("laureat.target")["Wants"][0].split():
            machine.start(name.replace("8001", str(ports[0])).replace("8002", str(ports[1])))
        yield machine
    finally:
        machine.stop()


def health(port: int) -> str:
    """Ask as the proxy of the example does."""
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        line.request("GET", "/healthz", headers={"Host": "laureat.example.org", "X-Forwarded-Proto": "https"})
        return line.getresponse().read().decode()
    except OSError:
        return ""
    finally:
        line.close()


def all_well(port: int) -> bool:
    return '"status":"ok"' in health(port).replace(" ", "")


def rows(machine: Machine, sql: str) -> list[tuple[object, ...]]:
    with psycopg.connect(machine.environ["DATABASE_URL"].replace("+psycopg", "")) as connection:
        return connection.execute(sql).fetchall()


def test_target_starts_two_webs_two_workers_and_one_clock():
    assert unit("laureat.target")["Wants"][0].split() == [
        "laureat-web@8001.service",
        "laureat-web@8002.service",
        "laureat-worker@1.service",
        "laureat-worker@2.service",
        "laureat-clock.service",
    ]
    clocks = [file.name for file in OPERATE.glob("*.service") if " beat" in file.read_text()]
    assert clocks == ["laureat-clock.service"]


def test_every_setting_of_the_example_is_explained():
    explained = (OPERATE.parent / "operate.md").read_text()

    assert [name for name in settings_of("laureat.env") if f"`{name}`" not in explained] == []


def test_every_file_of_the_example_is_named():
    explained = (OPERATE.parent / "operate.md").read_text()
    stems = {file.name.split("@")[0].rsplit(".", 1)[0] for file in OPERATE.iterdir()}

    assert {stem for stem in stems if stem not in explained} == set()


def test_example_runs_and_outlives_half_of_itself(machine, ports):
    for port in ports:
        wait_until(lambda port=port: all_well(port), within=60, what=f"well on {port}\n{(machine.folder / 'log').read_text()}")

    os.killpg(machine.running[f"laureat-web@{ports[0]}.service"].pid, signal.SIGKILL)
    workers = descendants(machine.running["laureat-worker@1.service"].pid)
    os.kill(machine.running["laureat-worker@1.service"].pid, signal.SIGKILL)
    half = (
        "INSERT INTO job (kind, key, payload, state, attempts, due_at, created_at) "
        "VALUES ('test.unknown', 'half', '{}', 'pending', 0, now(), now())"
    )
    with psycopg.connect(machine.environ["DATABASE_URL"].replace("+psycopg", "")) as connection:
        connection.execute(half)

    wait_until(lambda: rows(machine, "SELECT state FROM job WHERE key = 'half'") == [("dead",)], within=30, what="the job is taken")
    assert all_well(ports[1])
    wait_until(lambda: not workers.keys() & processes().keys(), within=20, what="the killed unit's processes are gone")


def test_clock_ticks_and_the_backup_unit_saves(machine, ports, tmp_path):
    wait_until(lambda: all_well(ports[0]), within=60, what=f"well\n{(machine.folder / 'log').read_text()}")

    words, environ = machine.command("laureat-backup.service")
    script = words[2].replace("%%", "%").replace("/var/lib/laureat-backups", str(tmp_path))
    done = subprocess.run([*words[:2], script], cwd=ROOT, env=environ, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    restored = Installation(tmp_path / "restored", database_url=None)
    for backup in tmp_path.glob("*.tar.gz"):
        command = [sys.executable, "-m", "app.front.backup", "restore", str(backup)]
        subprocess.run(command, cwd=ROOT, env=restored.environ, check=True, capture_output=True)

    assert restored.rows("SELECT count(*) FROM job") != []
    wait_until(lambda: rows(machine, "SELECT 1 FROM job WHERE key LIKE 'clock:%' LIMIT 1") == [(1,)], within=60, what="a tick")
