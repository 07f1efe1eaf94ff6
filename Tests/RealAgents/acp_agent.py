"""A small but real agent that speaks ACP, on the library `agent-client-protocol`.

It asks a model that it finds by MODEL_URL and MODEL_KEY, has one tool, a shell, for which it asks leave, and keeps each
session in a file of the folder STATE_DIR, so that `session/load` finds it after any crash.
"""

from __future__ import annotations

import asyncio
import http.client
import json
import os
import signal
import socket
import threading
import urllib.parse
import uuid
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

from acp import (
    PROTOCOL_VERSION,
    Agent,
    InitializeResponse,
    LoadSessionResponse,
    NewSessionResponse,
    PromptResponse,
    RequestError,
    run_agent,
    start_tool_call,
    update_agent_message_text,
    update_tool_call,
    update_user_message_text,
)
from acp.interfaces import Client
from acp.schema import AgentCapabilities, Implementation, PermissionOption, ToolCallUpdate

Message = dict[str, Any]

OPTIONS = [
    PermissionOption(option_id="yes", name="Allow once", kind="allow_once"),
    PermissionOption(option_id="always", name="Always allow", kind="allow_always"),
    PermissionOption(option_id="no", name="Deny", kind="reject_once"),
]
SHELL = {"type": "function", "function": {"name": "bash", "parameters": {"type": "object"}}}


class Model:
    """One answer of the model, read by a thread of its own, which a cancelled turn cuts off from its socket."""

    def __init__(self, messages: list[Message]) -> None:
        url = urllib.parse.urlsplit(os.environ["MODEL_URL"])
        self.path = f"{url.path}/chat/completions"
        self.connection = http.client.HTTPConnection(url.hostname or "", url.port, timeout=120)
        self.request = {"model": "scripted", "stream": True, "messages": messages, "tools": [SHELL]}
        self.loop = asyncio.get_running_loop()
        self.deltas: asyncio.Queue[Message | Exception | None] = asyncio.Queue()

    async def answer(self) -> AsyncIterator[Message]:
        threading.Thread(target=self.read, daemon=True).start()
        try:
            while (delta := await self.deltas.get()) is not None:
                if isinstance(delta, Exception):
                    raise delta
                yield delta
        finally:
            if self.connection.sock:
                self.connection.sock.shutdown(socket.SHUT_RDWR)

    def read(self) -> None:
        try:
            headers = {"Authorization": f"Bearer {os.environ['MODEL_KEY']}", "Content-Type": "application/json"}
            self.connection.request("POST", self.path, json.dumps(self.request), headers)
            response = self.connection.getresponse()
            if response.status != 200:
                raise refusal(response.status, response.read().decode())
            for line in response:
                if line.startswith(b"data: {"):
                    for choice in json.loads(line.removeprefix(b"data: "))["choices"]:
                        self.pass_on(choice["delta"])
            self.pass_on(None)
        except Exception as error:  # Told to the client, whatever it is.
            self.pass_on(error)

    def pass_on(self, delta: Message | Exception | None) -> None:
        self.loop.call_soon_threadsafe(self.deltas.put_nowait, delta)


def refusal(status: int, body: str) -> RequestError:
    if status == 401:
        return RequestError.auth_required({"details": body})
    return RequestError.internal_error({"details": f"{status} {body}"})


class Session:
    """What was said, the model's way, in a file."""

    def __init__(self, name: str, cwd: str) -> None:
        self.name, self.cwd = name, cwd
        self.file = Path(os.environ["STATE_DIR"], f"{name}.json")
        self.messages: list[Message] = json.loads(self.file.read_text()) if self.file.exists() else []
        self.turn: asyncio.Task[Any] | None = None

    def add(self, message: Message) -> None:
        self.messages.append(message)
        new = self.file.with_suffix(".new")
        new.write_text(json.dumps(self.messages))
        new.replace(self.file)


class SmallAgent(Agent):
    def __init__(self) -> None:
        self.sessions: dict[str, Session] = {}

    def on_connect(self, conn: Client) -> None:
        self.client = conn

    async def initialize(self, protocol_version: int, **_: Any) -> InitializeResponse:
        return InitializeResponse(
            protocol_version=PROTOCOL_VERSION,
            agent_capabilities=AgentCapabilities(load_session=True),
            agent_info=Implementation(name="small-agent", title="Small Agent", version="1.0"),
        )

    async def new_session(self, cwd: str, **_: Any) -> NewSessionResponse:
        session = Session(str(uuid.uuid4()), cwd)
        session.add({"role": "system", "content": "You are a small agent."})
        self.sessions[session.name] = session
        return NewSessionResponse(session_id=session.name)

    async def load_session(self, cwd: str, session_id: str, **_: Any) -> LoadSessionResponse:
        session = Session(session_id, cwd)
        if not session.messages:
            raise RequestError.resource_not_found(session_id)
        self.sessions[session_id] = session
        for message in session.messages:
            if update := replayed(message):
                await self.client.session_update(session_id, update)
        return LoadSessionResponse()

    async def prompt(self, session_id: str, prompt: list[Any], **_: Any) -> PromptResponse:
        session = self.sessions.get(session_id)
        if session is None:
            raise RequestError.resource_not_found(session_id)
        session.add({"role": "user", "content": "\n".join(block.text for block in prompt if block.type == "text")})
        session.turn = asyncio.ensure_future(self.take_turn(session))
        try:
            await session.turn
        except asyncio.CancelledError:
            if (this := asyncio.current_task()) and this.cancelling():
                raise  # The connection has ended, which nobody can be told any more.
            return PromptResponse(stop_reason="cancelled")
        return PromptResponse(stop_reason="end_turn")

    async def cancel(self, session_id: str, **_: Any) -> None:
        session = self.sessions.get(session_id)
        if session and session.turn:
            session.turn.cancel()

    async def take_turn(self, session: Session) -> None:
        """Asks the model until it wants no more tools."""
        while True:
            text = ""
            calls: list[Message] = []
            async for delta in Model(session.messages).answer():
                calls += delta.get("tool_calls") or []
                if piece := delta.get("content"):
                    text += piece
                    await self.client.session_update(session.name, update_agent_message_text(piece))
            session.add({"role": "assistant", "content": text} | ({"tool_calls": calls} if calls else {}))
            if not calls:
                return
            for call in calls:
                result = await self.use_tool(call, session)
                session.add({"role": "tool", "tool_call_id": call["id"], "content": result})

    async def use_tool(self, call: Message, session: Session) -> str:
        command = json.loads(call["function"]["arguments"])["command"]
        shown = start_tool_call(call["id"], command, kind="execute", status="pending", raw_input={"command": command})
        await self.client.session_update(session.name, shown)
        allowed = await self.may_use(call["id"], session)
        result = await run(command, session.cwd) if allowed else "denied by the user"
        ended = update_tool_call(call["id"], status="completed" if allowed else "failed", raw_output=result)
        await self.client.session_update(session.name, ended)
        return result

    async def may_use(self, call_id: str, session: Session) -> bool:
        asked = ToolCallUpdate(tool_call_id=call_id)
        answer = await self.client.request_permission(session_id=session.name, tool_call=asked, options=OPTIONS)
        if answer.outcome.outcome == "cancelled":
            raise asyncio.CancelledError
        return answer.outcome.option_id in ("yes", "always")


def replayed(message: Message) -> Any:
    if message["role"] == "user":
        return update_user_message_text(message["content"])
    if message["role"] == "assistant" and message["content"]:
        return update_agent_message_text(message["content"])
    return None


async def run(command: str, cwd: str) -> str:
    process = await asyncio.create_subprocess_shell(
        command,
        cwd=cwd,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        start_new_session=True,
    )
    try:
        output, _ = await process.communicate()
        return output.decode(errors="replace")
    finally:
        if process.returncode is None:
            os.killpg(process.pid, signal.SIGKILL)


asyncio.run(run_agent(SmallAgent()))
