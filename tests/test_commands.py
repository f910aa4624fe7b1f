"""The one command and its supervisor, with real processes."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.processes import ROOT, Installation, bare_environ, descendants, processes
from tests.servers import answers, wait_until

pytestmark = pytest.mark.live

QUICK = {"LEASE_SECONDS": "2", "WATCHDOG_SECONDS": "6"}


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """One running installation for all tests that leave it well."""
    with Installation(tmp_path_factory.mktemp("house"), environ=QUICK) as installation:
        yield installation


def laureat(*words: str, environ: dict[str, str] | None = None, at: Path = ROOT) -> subprocess.CompletedProcess[str]:
    command = [str(ROOT / "laureat"), *words]
    return subprocess.run(
        command, cwd=at, env={**bare_environ(), **(environ or {})}, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )


def ask_for_a_job(house: Installation, key: str) -> None:
    """Write a due job that nobody knows how to do: whoever takes it can only record that."""
    now = datetime.now(UTC)
    house.write(
        "INSERT INTO job (kind, key, payload, state, attempts, due_at, created_at) "
        "VALUES ('test.unknown', :key, '{}', 'pending', 0, :now, :now)",
        key=key,
        now=now if house.database_url.startswith("postgresql") else now.replace(tzinfo=None).isoformat(sep=" "),
    )


def state_of(house: Installation, key: str) -> str:
    return str(house.rows("SELECT state FROM job WHERE key = :key", key=key)[0][0])


# The script


def test_help_names_every_verb():
    told = laureat("help")

    assert told.returncode == 0
    for verb in ("run", "demo", "test", "soak", "check", "bench", "screens", "backup", "restore", "help"):
        assert f"./laureat {verb}" in told.stdout


def test_unknown_verb_is_refused_with_the_help():
    told = laureat("fly")

    assert (told.returncode, told.stdout) == (2, "")
    assert "Такого слова нет: fly" in told.stderr


@pytest.mark.parametrize("words", [("backup",), ("restore",), ("backup", "one", "two")])
def test_backup_and_restore_ask_for_one_file(words):
    assert laureat(*words).returncode == 2


def test_without_rights_it_says_the_line_to_type(tmp_path):
    # A system where nothing is installed and nobody may install: dpkg-query knows no package, id is not root, sudo refuses.
    for name, body in {"dpkg-query": "exit 1", "id": "echo 1000", "sudo": "exit 1"}.items():
        program = tmp_path / name
        program.write_text(f"#!/bin/sh\n{body}\n")
        program.chmod(0o755)

    told = laureat("run", environ={"PATH": f"{tmp_path}:{os.environ['PATH']}", "VAR": str(tmp_path / "var"), "PORT": "1"})

    assert told.returncode == 2
    assert "apt-get install -y --no-install-recommends libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0" in told.stderr


def test_script_speaks_plain_sh():
    assert shutil.which("dash"), "Debian's sh"

    assert subprocess.run(["dash", "-n", str(ROOT / "laureat")], check=False).returncode == 0


# Starting and stopping


def test_second_start_shows_the_first_page_within_ten_seconds_and_term_stops_all(tmp_path):
    installation = Installation(tmp_path)
    installation.start()
    installation.stop()

    begun = time.monotonic()
    installation.launch()
    wait_until(lambda: "Лауреат готов: " + installation.url in installation.log().rsplit("остановлен", 1)[1], within=30, what="ready")
    took = time.monotonic() - begun
    wait_until(installation.is_well, within=30, what="a live worker")
    family = descendants(installation.process.pid)
    code = installation.stop()

    assert took < 10
    assert code == 0
    assert [words for pid, words in family.items() if processes().get(pid, (0, ""))[1] == words] == []
    assert not answers(installation.port)


def test_supervisor_killed_outright_takes_its_children_along(tmp_path):
    installation = Installation(tmp_path)
    installation.start()
    family = descendants(installation.process.pid)

    installation.process.kill()
    installation.process.wait()

    wait_until(lambda: not (family.keys() & processes().keys()), within=15, what="the children are gone")
    installation.start()
    assert installation.stop() == 0


def test_taken_port_is_said_and_nothing_is_touched(tmp_path):
    installation = Installation(tmp_path)
    with socket.create_server(("127.0.0.1", installation.port)):
        installation.launch()
        code = installation.process.wait(20)

    assert code == 1
    assert f"Порт {installation.port} на 127.0.0.1 занят" in installation.log()
    assert not (installation.var / "laureat.db").exists()


def test_second_run_on_the_same_data_is_refused(house, tmp_path):
    second = Installation(tmp_path, environ={"VAR": str(house.var)})
    second.launch()

    assert second.process.wait(20) == 1
    assert "уже работает" in second.log()
    assert house.is_well()


def test_part_that_never_comes_up_ends_the_start(tmp_path):
    installation = Installation(tmp_path, environ={"WEB_THREADS": "many"})
    installation.launch()

    assert installation.process.wait(60) == 1
    assert "Часть «web» не запускается" in installation.log()
    installation.stop()


def test_first_start_leaves_data_to_nobody_else(house):
    assert oct(house.var.stat().st_mode & 0o777) == "0o700"


# Keeping alive


@pytest.mark.parametrize("part", ["web", "worker", "relay"])
def test_killed_part_comes_back(house, part):
    before = house.leaders(part)

    house.kill(part)

    wait_until(lambda: house.leaders(part) not in ([], before), within=10, what=f"a new {part}")
    ask_for_a_job(house, f"after-{part}")
    wait_until(lambda: state_of(house, f"after-{part}") == "dead", within=30, what="jobs are taken again")
    wait_until(house.is_well, within=30, what="well again")


def test_visitors_wait_while_the_web_process_starts_again(house):
    answered: list[dict[str, object]] = []
    house.kill("web")

    visitor = threading.Thread(target=lambda: answered.append(house.health(patience=40)))
    visitor.start()
    visitor.join(45)

    assert [reply.get("database") for reply in answered] == ["ok"]


def test_killed_slot_is_replaced(house):
    killed = house.kill_a_slot()

    ask_for_a_job(house, "after-slot")

    wait_until(lambda: state_of(house, "after-slot") == "dead", within=30, what="the job is taken")
    assert killed not in processes()


def test_poison_job_is_dead_with_its_reason_and_the_queue_goes_on(house):
    """F25."""
    ask_for_a_job(house, "poison")
    ask_for_a_job(house, "poison-too")

    wait_until(lambda: (state_of(house, "poison"), state_of(house, "poison-too")) == ("dead", "dead"), within=30, what="both are dead")
    assert house.rows("SELECT last_error FROM job WHERE key = 'poison'") == [("unknown kind of job: test.unknown",)]


def test_wiped_broker_loses_nothing(house):
    """F5, the embedded half: the folder is emptied, and what a torn disk left in it is no message."""
    house.suspend("worker")
    for number in range(20):
        ask_for_a_job(house, f"wiped-{number}")
    time.sleep(0.5)
    house.wipe_broker()
    for number, torn in enumerate((b"", b'{"body": "W1t', b"\x00" * 512)):
        (house.var / "broker" / f"{number}_torn.celery.msg").write_bytes(torn)
    house.resume("worker")

    def left() -> int:
        return int(house.rows("SELECT count(*) FROM job WHERE key LIKE 'wiped-%' AND state <> 'dead'")[0][0])

    wait_until(lambda: left() == 0, within=30, what="all jobs are taken")


def test_deaf_worker_is_started_again(house):
    before = house.leaders("worker")
    house.suspend("worker")
    ask_for_a_job(house, "while-deaf")

    wait_until(lambda: house.leaders("worker") not in ([], before), within=40, what="a new worker")
    wait_until(lambda: state_of(house, "while-deaf") == "dead", within=30, what="the job is taken")

    assert "не отзывается" in house.log()
    assert not set(before) & processes().keys()


@pytest.mark.stores
def test_deaf_worker_on_redis_hears_again(postgres, redis_server, tmp_path):
    """F4: Redis dies and comes back empty; by reconnecting or by the watchdog, jobs are taken again."""
    with Installation(tmp_path, database_url=postgres.database(), broker_url=redis_server.url, environ=QUICK) as house:
        redis_server.kill()
        ask_for_a_job(house, "down")
        time.sleep(2)
        degraded = house.health()
        redis_server.start()

        wait_until(lambda: state_of(house, "down") == "dead", within=60, what="the job is taken")

    assert (degraded["status"], degraded["database"], degraded["broker"]) == ("degraded", "ok", "down")


@pytest.mark.stores
def test_two_workers_share_the_work(postgres, redis_server, tmp_path):
    with Installation(tmp_path, database_url=postgres.database(), broker_url=redis_server.url, workers=2, environ=QUICK) as house:
        workers = house.leaders("worker")
        os.killpg(workers[0], signal.SIGKILL)
        ask_for_a_job(house, "shared")

        wait_until(lambda: state_of(house, "shared") == "dead", within=10, what="the other one takes it")
        wait_until(lambda: len(house.leaders("worker")) == 2, within=10, what="both again")
