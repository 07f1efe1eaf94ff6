"""What the agents are tried in: a router with an app for each, WeCom played for it, and the model. All on loopback."""

from __future__ import annotations

import json
import os
import re
import secrets
import signal
import socket
import string
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from agents import LITELLM_KEY, MARK, Configuration
from model_endpoint import Asked, ModelServer

POLL = 0.02


class Failed(Exception):
    """A promise that was not kept, or a program that does not run."""


def until(happens: Callable[[], bool], limit: float) -> float | None:
    """How long it took, or None if it did not happen within so many seconds."""
    began = time.monotonic()
    while not happens():
        if time.monotonic() - began > limit:
            return None
        time.sleep(POLL)
    return time.monotonic() - began


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def end(process: subprocess.Popen[bytes], limit: float = 15) -> int:
    """Asks the process to end, and makes it if it will not. Returns its status."""
    if process.poll() is None:
        process.terminate()
    try:
        return process.wait(limit)
    except subprocess.TimeoutExpired:
        process.kill()
        return process.wait()


@dataclass
class Message:
    """What an app sent to the user."""

    app: str
    text: str
    at: float


class WeCom:
    """`wecom-router simulate`: we type, and read what comes."""

    def __init__(self, program: Path, configuration: Path, port: int, log: Path) -> None:
        command = [str(program), "simulate", "--config", str(configuration), "--port", str(port)]
        pipe = subprocess.PIPE
        with log.open("wb") as errors:
            self.process = subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=errors)
        self.messages: list[Message] = []
        self.given_up = 0
        self.is_there = threading.Event()
        threading.Thread(target=self.listen, daemon=True).start()
        if not self.is_there.wait(20):
            raise Failed(f"the simulated WeCom does not start: {log.read_text()[-1000:]}")

    def listen(self) -> None:
        assert self.process.stdout
        for line in self.process.stdout:
            self.take(line.decode(errors="replace").rstrip("\n"))

    def take(self, line: str) -> None:
        """A message begins with an arrow and goes on until the next line that has one of its own."""
        if found := re.match(r"← (\S+) to \S+: (.*)", line):
            self.messages.append(Message(found[1], found[2], time.monotonic()))
        elif line.startswith("WeCom is played at"):
            self.is_there.set()
        elif line.startswith("✗ "):
            self.given_up += 1
        elif not line.startswith("→ ") and self.messages:
            self.messages[-1].text += "\n" + line

    def say(self, app: str, text: str) -> None:
        assert self.process.stdin
        self.process.stdin.write(f"{app}: {text}\n".encode())
        self.process.stdin.flush()

    def to_user(self, app: str, since: int) -> list[Message]:
        return [message for message in self.messages[since:] if message.app == app]


class Router:
    """`wecom-router serve`, which can be killed and started again on the same store."""

    def __init__(self, program: Path, configuration: Path, log: Path) -> None:
        self.command = [str(program), "serve", "--config", str(configuration)]
        self.log = log
        self.start()

    def start(self) -> None:
        before = self.log.stat().st_size if self.log.exists() else 0
        with self.log.open("ab") as errors:
            self.process = subprocess.Popen(self.command, stdin=subprocess.DEVNULL, stderr=errors)

        def is_ready() -> bool:
            return b'"message":"ready"' in self.log.read_bytes()[before:] or self.process.poll() is not None

        if until(is_ready, 30) is None or self.process.poll() is not None:
            raise Failed(f"the router does not start: {self.log.read_text()[before:][-3000:]}")

    def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()


def processes(mark: str) -> dict[int, str]:
    """The command lines of all that bear the mark, by their ids. Children inherit it, whoever adopts them."""
    found: dict[int, str] = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                # What has ended and waits to be noticed has an empty environment.
                if f"{MARK}={mark}".encode() in folder.joinpath("environ").read_bytes().split(b"\0"):
                    found[int(folder.name)] = folder.joinpath("cmdline").read_text().replace("\0", " ")
            except OSError:
                pass  # It has ended meanwhile, or is somebody else's.
    return found


def configuration(agents: dict[str, Configuration], work: Path, ports: tuple[int, int]) -> Configuration:
    """An app for each agent, of its name, of one corp. YAML that is JSON needs no library to be written."""
    callbacks, wecom = ports
    apps = [
        {
            "name": name,
            "corp_id": "ww0000000000000001",
            "agent_id": 1000002 + number,
            "corp_secret": secrets.token_hex(16),
            "token": secrets.token_hex(8),
            "encoding_aes_key": "".join(secrets.choice(string.ascii_letters) for _ in range(43)),
            "agent": name,
            "allow_all_users": True,
            "api_base_url": f"http://127.0.0.1:{wecom}",
            # Only answers are to come, and each that is wrong at once.
            "acknowledge_after": 0,
            "progress_every": 0,
            "limits": {"messages_in_per_minute": 0},
        }
        for number, name in enumerate(agents)
    ]
    return {
        "server": {"host": "127.0.0.1", "port": callbacks},
        "management": {"port": 0},
        "store": {"url": f"sqlite:{work}/router/router.db"},
        "log": {"format": "json"},
        "agents": agents,
        "apps": apps,
    }


@dataclass
class World:
    wecom: WeCom
    router: Router
    model: ModelServer
    mark: str
    work: Path

    def processes(self, app: str) -> dict[int, str]:
        return processes(f"{self.mark}.{app}")

    def asked(self, key: str, word: str, since: int) -> Asked | None:
        """The first request with this key since then that is about this word and runs with the tools of a real turn."""
        heard = [asked for asked in self.model.heard[since:] if asked.key == key and word in asked.last]
        return next((asked for asked in heard if asked.tools), heard[0] if heard else None)

    def made(self, name: str) -> list[Path]:
        """The files of this name that agents have made, wherever the router lets them work."""
        return list(self.work.rglob(name))

    def unmake(self, name: str) -> None:
        for file in self.made(name):
            file.unlink()


@contextmanager
def running_world(
    program: Path, work: Path, mark: str, model: ModelServer, agents: dict[str, Configuration]
) -> Iterator[World]:
    ports = (free_port(), free_port())
    file = work / "config.yaml"
    file.touch(mode=0o600)
    file.write_text(json.dumps(configuration(agents, work, ports), indent=2))
    (work / "router").mkdir()
    wecom = WeCom(program, file, ports[1], work / "simulate.log")
    try:
        router = Router(program, file, work / "serve.log")
        try:
            yield World(wecom, router, model, mark, work)
        finally:
            end(router.process)
    finally:
        end(wecom.process)
        for app in agents:
            for process in processes(f"{mark}.{app}"):
                os.kill(process, signal.SIGKILL)


@contextmanager
def running_model() -> Iterator[ModelServer]:
    model = ModelServer()
    threading.Thread(target=model.serve_forever, kwargs={"poll_interval": 0.1}, daemon=True).start()
    yield model
    model.shutdown()


@contextmanager
def running_proxy(program: Path, work: Path, model_url: str) -> Iterator[str]:
    """LiteLLM's proxy; what comes of it is its address."""
    port, file = free_port(), work / "litellm.yaml"
    model = {"model": "openai/scripted", "api_base": model_url, "api_key": LITELLM_KEY}
    models = [{"model_name": "scripted", "litellm_params": model}]
    file.write_text(json.dumps({"model_list": models, "general_settings": {"master_key": LITELLM_KEY}}))
    command = [str(program), "--config", str(file), "--host", "127.0.0.1", "--port", str(port), "--telemetry", "False"]
    environment = {"HOME": str(work), "PATH": f"{program.parent}:/usr/bin:/bin", "LITELLM_LOCAL_MODEL_COST_MAP": "True"}
    with work.joinpath("litellm.log").open("wb") as log:
        process = subprocess.Popen(command, env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log)

    def listens() -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", port)) == 0

    try:
        if until(listens, 90) is None:
            raise Failed(f"LiteLLM does not start: {work.joinpath('litellm.log').read_text()[-1000:]}")
        yield f"http://127.0.0.1:{port}/v1"
    finally:
        end(process)
