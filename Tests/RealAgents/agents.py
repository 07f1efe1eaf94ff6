"""The real agents: what each program needs to run against our model, and how the router is told of it.

Every program has a home of its own below the work folder, and an environment that is written out: nothing of who runs
the test gets in.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from model_endpoint import WRONG_KEY

Configuration = dict[str, Any]

MARK = "AGENTS_TEST"
"""The variable by which an agent's processes are known, whoever their parent is by then."""


@dataclass(frozen=True)
class Place:
    """Where things are: the programs, a folder for each agent's own files, and the model."""

    bin: Path
    work: Path
    model_url: str
    mark: str
    proxy_url: str
    programs: dict[str, Path] = field(default_factory=dict)

    def folder(self, *names: str) -> Path:
        folder = self.work.joinpath(*names)
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    def environment(self, app: str) -> dict[str, str]:
        """What any program needs. An agent finds the system's tools, not those of whoever runs the test."""
        home = self.folder(app)
        return {
            "HOME": str(home),
            "PATH": "/usr/local/bin:/usr/bin:/bin",
            "LANG": "C.UTF-8",
            "TMPDIR": str(self.folder(app, "tmp")),
            MARK: f"{self.mark}.{app}",
        }


@dataclass(frozen=True)
class Agent:
    """A kind of agent. `configure` makes what stands below `agents:` for the app of that name, with that key."""

    name: str
    what: str
    configure: Callable[[Place, str, str], Configuration]
    has_shell: bool = True
    """Whether it runs commands; without, RUNTOOL has no meaning."""
    has_process: bool = True
    """Whether the router starts a program for it."""
    stays: bool = False
    """Whether its process may go on when a turn is over."""
    passes_key: bool = True
    """Whether the key that it is configured with is the one that the model sees."""


def claude(place: Place, app: str, key: str) -> Configuration:
    environment = {
        "ANTHROPIC_BASE_URL": place.model_url.removesuffix("/v1"),
        "ANTHROPIC_API_KEY": key,
        "CLAUDE_CONFIG_DIR": str(place.folder(app, "claude")),
        "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC": "1",
        # It would try a refused key ten times in three minutes, unless the answer forbids it.
        "CLAUDE_CODE_MAX_RETRIES": "2",
    }
    return {
        "kind": "command",
        "format": "claude",
        "command": [str(place.programs["claude"]), "-p"],
        "environment": place.environment(app) | environment,
        "writable": [str(place.folder(app))],
        "permissions": "allow",
    }


def codex(place: Place, app: str, key: str) -> Configuration:
    home = place.folder(app, "codex")
    home.joinpath("config.toml").write_text(CODEX_CONFIGURATION.format(url=place.model_url))
    return {
        "kind": "command",
        "format": "codex",
        "command": [str(place.programs["codex"]), "exec"],
        "environment": place.environment(app) | {"CODEX_HOME": str(home), "MODEL_KEY": key},
        "writable": [str(place.folder(app))],
    }


CODEX_CONFIGURATION = """\
model = "scripted"
model_provider = "scripted"
sandbox_mode = "workspace-write"

[model_providers.scripted]
name = "scripted"
base_url = "{url}"
wire_api = "responses"
env_key = "MODEL_KEY"
request_max_retries = 1
stream_max_retries = 1
"""


def acp(place: Place, app: str, key: str) -> Configuration:
    environment = {"MODEL_URL": place.model_url, "MODEL_KEY": key, "STATE_DIR": str(place.folder(app, "sessions"))}
    return {
        "kind": "acp",
        "command": [str(place.bin / "python3"), str(Path(__file__).with_name("acp_agent.py"))],
        "environment": place.environment(app) | environment,
        "writable": [str(place.folder(app))],
        "permissions": "allow",
    }


def vibe(place: Place, app: str, key: str) -> Configuration:
    place.folder(app, ".vibe").joinpath("config.toml").write_text(VIBE_CONFIGURATION.format(url=place.model_url))
    return {
        "kind": "acp",
        "command": [str(place.programs["vibe"])],
        "environment": place.environment(app) | {"MODEL_KEY": key},
        "writable": [str(place.folder(app))],
        "permissions": "allow",
    }


VIBE_CONFIGURATION = """\
active_model = "scripted"
enable_telemetry = false

[[providers]]
name = "scripted"
api_base = "{url}"
api_key_env_var = "MODEL_KEY"

[[models]]
name = "scripted"
provider = "scripted"
alias = "scripted"
"""


def openai(place: Place, app: str, key: str) -> Configuration:
    return {"kind": "openai", "base_url": place.model_url, "model": "scripted", "api_key": key}


def litellm(place: Place, app: str, key: str) -> Configuration:
    """The proxy itself is started in world.py; it asks our model with a key of its own."""
    return {"kind": "openai", "base_url": place.proxy_url, "model": "scripted", "api_key": key}


LITELLM_KEY = "sk-litellm"
"""By which the proxy knows us, and our model the proxy."""

AGENTS = [
    Agent("claude", "Claude Code, by stream-json", claude),
    Agent("codex", "Codex, by exec --json", codex),
    Agent("acp", "a small agent on the ACP library", acp, stays=True),
    Agent("vibe", "Mistral Vibe, by ACP", vibe, stays=True),
    Agent("openai", "the model itself, by Chat Completions", openai, has_shell=False, has_process=False),
    Agent("litellm", "LiteLLM's proxy before the model", litellm, False, False, passes_key=False),
]


def key_for(agent: Agent) -> str:
    """Every agent has a key of its own, by which the model's log tells who asked."""
    return LITELLM_KEY if not agent.passes_key else f"sk-{agent.name}"


def wrong_name(agent: Agent) -> str:
    """The app of the same agent with a key that is refused."""
    return f"{agent.name}-x"


def configurations(place: Place, agents: list[Agent]) -> dict[str, Configuration]:
    """What stands below `agents:`, two for each: one that is let in and one that is not."""
    made: dict[str, Configuration] = {}
    for agent in agents:
        made[agent.name] = agent.configure(place, agent.name, key_for(agent))
        made[wrong_name(agent)] = agent.configure(place, wrong_name(agent), WRONG_KEY)
    return made
