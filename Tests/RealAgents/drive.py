"""Drives real agent programs through the router, end to end, and tells in a table what each of them did.

    drive.py --program FILE --work DIR --bin DIR [--vibe FILE] [--litellm FILE] AGENT…

A user of WeCom writes to an app for each agent, and what comes back in the chat is looked at. See scripts/agents-test.
"""

from __future__ import annotations

import argparse
import secrets
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

from agents import AGENTS, Agent, Place, configurations, key_for, wrong_name
from model_endpoint import PASSED, Asked
from world import Failed, Message, World, end, running_model, running_proxy, running_world, until

PATIENCE = 60.0
"""For an answer, in seconds: real programs take one or two to start."""
PATIENCE_TO_STOP = 30.0
"""The ladder of signals may take 25 s."""
PATIENCE_WITH_ORPHANS = 10.0


def ask(world: World, app: str, text: str, right: Callable[[str], bool]) -> Message:
    """Says it, and waits for a message that is right. What comes before that may be a notice."""
    since = len(world.wecom.messages)
    world.wecom.say(app, text)
    return wait(world, app, text, since, right)


def wait(
    world: World, app: str, said: str, since: int, right: Callable[[str], bool], limit: float = PATIENCE
) -> Message:
    def found() -> Iterator[Message]:
        return (message for message in world.wecom.to_user(app, since) if right(message.text))

    if until(lambda: any(found()), limit) is None:
        came = [message.text for message in world.wecom.to_user(app, since)]
        raise Failed(f"“{said}” was answered with {came}" if came else f"“{said}” was not answered in {limit:.0f} s")
    return next(found())


def says_something(text: str) -> bool:
    return bool(text.strip())


def seconds(duration: float) -> str:
    return f"{duration:.2f} s"


# The scenarios, in the order in which an agent goes through them. Each returns what its cell says, or raises Failed.


def answers(world: World, agent: Agent) -> str:
    began = time.monotonic()
    answer = ask(world, agent.name, "你好，世界", lambda text: text.strip() == "回答：你好，世界")
    return seconds(answer.at - began)


def remembers(world: World, agent: Agent) -> str:
    ask(world, agent.name, f"REMEMBER {word(agent)}", lambda text: text.strip() == "记住了。")
    recalls(world, agent)
    return "ok"


def word(agent: Agent) -> str:
    return f"西瓜{agent.name}"


def recalls(world: World, agent: Agent) -> None:
    ask(world, agent.name, "RECALL", lambda text: text.strip() == word(agent))


def uses_shell(world: World, agent: Agent) -> str:
    if not agent.has_shell:
        return "-"
    world.unmake("made_by_agent")
    ask(world, agent.name, "RUNTOOL 跑一下测试", lambda text: PASSED in text)
    if not world.made("made_by_agent"):
        raise Failed("it says that the command was run, and the file that this makes is not there")
    return "ok"


def stops_answering(world: World, agent: Agent) -> str:
    """From /stop until the model sees its client gone, and until the process is, where it does not stay."""
    asked = under_way(world, agent, say_slow(world, agent))
    time.sleep(2)
    stop = Stop(world, agent)
    quiet = until(lambda: asked.ended is not None, PATIENCE_TO_STOP)
    if quiet is None or not asked.left:
        raise Failed(f"after /stop the model goes on being asked for {PATIENCE_TO_STOP:.0f} s")
    cell = seconds(quiet)
    if agent.has_process and not agent.stays:
        cell += f", gone {seconds(stop.gone())}"
    stop.is_confirmed()
    recalls(world, agent)
    return cell


def stops_command(world: World, agent: Agent) -> str:
    """The same while a command runs: a process in a session of its own, which ends only if somebody sees to it."""
    if not agent.has_shell:
        return "-"
    begin_command(world, agent)
    stop = Stop(world, agent)
    took = stop.gone("sleep 61")
    stop.is_confirmed()
    recalls(world, agent)
    return seconds(took)


class Stop:
    """A /stop, said as this is made."""

    def __init__(self, world: World, agent: Agent) -> None:
        self.world, self.agent = world, agent
        self.since, self.began = len(world.wecom.messages), time.monotonic()
        world.wecom.say(agent.name, "/stop")

    def gone(self, what: str = "") -> float:
        """The time until no process of the agent is left whose command line has these words."""

        def is_gone() -> bool:
            return not any(what in command for command in self.world.processes(self.agent.name).values())

        if until(is_gone, PATIENCE_TO_STOP) is None:
            raise Failed(f"after /stop these live on: {list(self.world.processes(self.agent.name).values())}")
        return time.monotonic() - self.began

    def is_confirmed(self) -> None:
        text = wait(self.world, self.agent.name, "/stop", self.since, says_something).text
        notes.append(f"{self.agent.name}, /stop: {text}")


def begin_command(world: World, agent: Agent) -> None:
    world.unmake("begun_by_agent")
    world.wecom.say(agent.name, "RUNLONG 跑一下")
    if until(lambda: bool(world.made("begun_by_agent")), PATIENCE) is None:
        raise Failed("“RUNLONG” started no command")


def say_slow(world: World, agent: Agent) -> int:
    since = len(world.model.heard)
    world.wecom.say(agent.name, "SLOW")
    return since


def under_way(world: World, agent: Agent, since: int) -> Asked:
    """The model's record of the answer to SLOW that goes on since then."""
    if until(lambda: world.asked(key_for(agent), "SLOW", since) is not None, PATIENCE) is None:
        raise Failed("“SLOW” did not reach the model")
    time.sleep(0.2)  # Some ask a second time, for a title, and the two may come in any order.
    asked = world.asked(key_for(agent), "SLOW", since)
    assert asked
    return asked


def says_key_is_refused(world: World, agent: Agent) -> str:
    """A key that was never right: there has to be a text, and not one that looks like an answer."""
    text = ask(world, wrong_name(agent), "你好", says_something).text
    if "回答：" in text:
        raise Failed("a wrong key was let in")
    notes.append(f"{agent.name}, wrong key: {text}")
    return "ok"


def outlives_refusal(world: World, agent: Agent) -> str:
    """A key that is refused once: a text, and then everything is as before."""
    text = ask(world, agent.name, "BADKEY", says_something).text
    if "回答：" in text:
        raise Failed("a refused key was let in")
    notes.append(f"{agent.name}, refused once: {text}")
    recalls(world, agent)
    return "ok"


SCENARIOS: list[tuple[str, Callable[[World, Agent], str]]] = [
    ("answer", answers),
    ("memory", remembers),
    ("shell", uses_shell),
    ("/stop", stops_answering),
    ("/stop in shell", stops_command),
    ("wrong key", says_key_is_refused),
    ("key refused", outlives_refusal),
]
COLUMNS = [name for name, _ in SCENARIOS] + ["crash", "orphans", "orphans of shell"]

Table = dict[str, dict[str, str]]
failures: list[str] = []
notes: list[str] = []


def tried(table: Table, agent: Agent, column: str, scenario: Callable[[], str]) -> bool:
    """Runs it, fills its cell and tells how it went."""
    try:
        cell = shown = scenario()
    except Failed as failed:
        cell, shown = "FAILED", f"FAILED: {failed}"
        failures.append(f"{agent.name}, {column}: {failed}")
    table[agent.name][column] = cell
    if shown:
        print(f"{agent.name:8} {column:16} {shown}", file=sys.stderr, flush=True)
    return cell != "FAILED"


def crash(world: World, agents: list[Agent], table: Table) -> None:
    """Kills the router while all of them are in the middle of an answer, and starts it again."""
    messages, heard = len(world.wecom.messages), len(world.model.heard)
    for agent in agents:
        world.wecom.say(agent.name, "SLOW 30")

    def begins(agent: Agent) -> str:
        under_way(world, agent, heard)
        return ""

    working = [agent for agent in agents if tried(table, agent, "crash", lambda: begins(agent))]
    time.sleep(2)
    killed = kill(world, working, table, "orphans")
    for agent in working:
        tried(table, agent, "crash", lambda: survives(world, agent, messages, killed))


def survives(world: World, agent: Agent, since: int, killed: float) -> str:
    """Some answer to SLOW, and the conversation as it was."""
    answer = wait(world, agent.name, "SLOW 30", since, lambda text: "回答：" in text or "词30" in text, 2 * PATIENCE)
    recalls(world, agent)
    return seconds(answer.at - killed)


def crash_in_shell(world: World, agents: list[Agent], table: Table) -> None:
    """Kills the router while their commands run."""
    column = "orphans of shell"

    def begins(agent: Agent) -> str:
        begin_command(world, agent)
        return ""

    working = [agent for agent in agents if agent.has_shell and tried(table, agent, column, lambda: begins(agent))]
    kill(world, working, table, column)
    for agent in working:
        world.wecom.say(agent.name, "/stop")


def kill(world: World, agents: list[Agent], table: Table, column: str) -> float:
    """Kills the router and starts it again. Whatever it had started has to end: it would do the work a second time."""
    before = {agent.name: set(world.processes(agent.name)) for agent in agents}
    world.router.kill()
    killed = time.monotonic()
    world.router.start()
    for agent in agents:
        tried(table, agent, column, lambda: ends(world, agent, before[agent.name], killed))
    return killed


def ends(world: World, agent: Agent, before: set[int], killed: float) -> str:
    if not agent.has_process:
        return "-"
    if not before:
        raise Failed("no process of it was found while it worked")
    if until(lambda: not before & set(world.processes(agent.name)), PATIENCE_WITH_ORPHANS) is None:
        left = [command for process, command in world.processes(agent.name).items() if process in before]
        raise Failed(f"the router's death is outlived by {left}")
    return seconds(time.monotonic() - killed)


def stops(world: World, agents: list[Agent]) -> None:
    """The router ends when asked to, and everything with it."""
    status = end(world.router.process)
    if status != 0:
        failures.append(f"the router ended with status {status}")
    for app in [name for agent in agents for name in (agent.name, wrong_name(agent))]:
        if until(lambda: not world.processes(app), PATIENCE_WITH_ORPHANS) is None:
            failures.append(f"the router's end is outlived by {list(world.processes(app).values())}")


def shown(table: Table) -> str:
    rows = [["", *COLUMNS]] + [[name, *(cells.get(column, "") for column in COLUMNS)] for name, cells in table.items()]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return "\n".join("  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip() for row in rows)


def drive(world: World, agents: list[Agent]) -> Table:
    table: Table = {agent.name: {} for agent in agents}
    for agent in agents:
        for column, scenario in SCENARIOS:
            # Without an answer the rest would only take time.
            if not tried(table, agent, column, lambda: scenario(world, agent)) and column == "answer":
                break
    able = [agent for agent in agents if table[agent.name]["answer"] != "FAILED"]
    crash(world, able, table)
    crash_in_shell(world, able, table)
    stops(world, agents)
    return table


def chosen_agents(names: list[str]) -> list[Agent]:
    unknown = set(names) - {agent.name for agent in AGENTS}
    if unknown:
        sys.exit(f"drive.py: no such agent: {', '.join(sorted(unknown))}")
    return [agent for agent in AGENTS if agent.name in names]


def arguments() -> argparse.Namespace:
    options = argparse.ArgumentParser(description="Drives real agent programs through the router.")
    options.add_argument("--program", type=Path, required=True, help="wecom-router")
    options.add_argument("--work", type=Path, required=True, help="an empty folder")
    options.add_argument("--bin", type=Path, required=True, help="of the Python that has the ACP library")
    for agent in ("claude", "codex", "vibe", "litellm"):
        options.add_argument(f"--{agent}", type=Path, help=f"the program of {agent}")
    options.add_argument("agents", nargs="+", metavar="AGENT", help=", ".join(agent.name for agent in AGENTS))
    return options.parse_args()


def main() -> int:
    options = arguments()
    agents = chosen_agents(options.agents)
    mark = secrets.token_hex(8)
    programs = {name: file for name in ("claude", "codex", "vibe", "litellm") if (file := getattr(options, name))}
    with ExitStack() as stack:
        model = stack.enter_context(running_model())
        url, proxy_url = f"http://127.0.0.1:{model.server_port}/v1", ""
        if any(agent.name == "litellm" for agent in agents):
            proxy_url = stack.enter_context(running_proxy(programs["litellm"], options.work, url))
        place = Place(options.bin, options.work / "agents", url, mark, proxy_url, programs)
        world = stack.enter_context(
            running_world(options.program, options.work, mark, model, configurations(place, agents))
        )
        table = drive(world, agents)
        if world.wecom.given_up:
            failures.append(f"WeCom has given up on {world.wecom.given_up} callbacks")
    print(shown(table))
    print("", *notes, sep="\n")
    print(*(["", "What failed:"] + failures if failures else []), sep="\n")
    return 1 if failures else 0


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    # Who starts us in the background has it ignored, which every agent would inherit: it is how they are asked to stop.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        sys.exit(main())
    except Failed as failed:
        sys.exit(f"drive.py: {failed}")
