"""A model that real agent programs can be pointed at: it plays the APIs they speak, and answers by a script.

    model_endpoint.py [--port N] [--log FILE] [--requests FILE] [--minutes M]

It listens on loopback, prints its port, and ends after ten minutes whatever happens; drive.py has one in its own
process. It speaks

    POST /v1/messages            Anthropic Messages, for Claude Code
    POST /v1/responses           OpenAI Responses, for Codex
    POST /v1/chat/completions    OpenAI Chat Completions, for Vibe and for who wants no agent at all
    GET  /v1/models              and what else those programs ask for on their way

and what it says hangs on the last thing that the user said:

    RUNTOOL        asks for a shell command; the answer tells whether that was run
    RUNLONG        asks for one that takes a minute
    REMEMBER x     "记住了。"
    RECALL         the x of the last REMEMBER that came along, or "不记得。": so it tells who keeps the conversation
    SLOW [n]       a word a second, sixty or n times
    BADKEY         401, as for a key that is not known; so does the key "wrong-key" with any text
    anything else  "回答：" and that
"""

from __future__ import annotations

import argparse
import json
import re
import select
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Protocol, TextIO

WRONG_KEY = "wrong-key"
COMMANDS = {
    "RUNTOOL": "touch made_by_agent && echo 12 passed",
    "RUNLONG": "touch begun_by_agent && sleep 61 && echo 12 passed",
}
PASSED = "12 个测试全部通过。"
DENIED = "工具被拒绝。"
BEFORE_TOOL = "先跑一下。"
LARGEST_REQUEST = 64 << 20

# How each program calls its shell, and what that wants to be told; the first that a program offers is used.
SHELLS: dict[str, Callable[[str], dict[str, Any]]] = {
    "Bash": lambda command: {"command": command, "description": "run tests"},
    "bash": lambda command: {"command": command},
    "exec_command": lambda command: {"cmd": command, "yield_time_ms": 30_000},
    "shell_command": lambda command: {"command": command},
    "shell": lambda command: {"command": ["bash", "-lc", command]},
}

# What programs put among the user's words themselves: surroundings, reminders, notes about an interruption.
NOT_THE_USER = ("<", "# AGENTS.md", "[Request interrupted")


@dataclass
class Conversation:
    """What a request says, whichever API it came by."""

    said: list[str] = field(default_factory=list)
    """The user's words, oldest first."""
    tool_result: str | None = None
    """What came of the tool that was asked for last, if that is what the request is about."""
    tools: list[str] = field(default_factory=list)
    stream: bool = False
    model: str = "scripted"

    def add(self, text: str) -> None:
        if text.strip() and not text.lstrip().startswith(NOT_THE_USER):
            self.said.append(text)
            self.tool_result = None

    @property
    def last(self) -> str:
        return self.said[-1] if self.said else ""


@dataclass
class Asked:
    """A request, for who wants to know what became of it."""

    path: str
    key: str
    began: float
    last: str = ""
    tools: int = 0
    ended: float | None = None
    left: bool = False
    """The client went away before it was answered: that is how it cancels."""


@dataclass
class ToolCall:
    name: str
    arguments: dict[str, Any]


@dataclass
class Answer:
    pieces: list[str]
    tool: ToolCall | None = None
    pause: float = 0.0
    """Between two pieces, in seconds."""
    rest: Callable[[float], None] = time.sleep
    """How a pause is made: whoever has the client's connection does it so that its end is noticed."""

    @property
    def text(self) -> str:
        return "".join(self.pieces)


@dataclass
class KeyRefused(Exception):
    is_final: bool
    """Whether the client is told not to try again. Without that, some try for minutes."""


def answer_to(conversation: Conversation) -> Answer:
    """The script. What the user asked for comes first, then what the text would otherwise mean."""
    last = conversation.last
    if conversation.tool_result is not None:
        return Answer([PASSED if was_run(conversation.tool_result) else DENIED])
    if "BADKEY" in last:
        raise KeyRefused(is_final=False)
    if command := next((command for word, command in COMMANDS.items() if word in last), None):
        if call := shell_call(command, conversation.tools):
            return Answer([BEFORE_TOOL], call)
    if re.search(r"\bREMEMBER\s+\S", last):
        return Answer(["记住", "了。"])
    if "RECALL" in last:
        return Answer([remembered(conversation.said[:-1])])
    if slow := re.search(r"\bSLOW(?:\s+(\d+))?", last):
        return Answer([f"词{number} " for number in range(1, int(slow[1] or 60) + 1)], pause=1.0)
    return Answer(["回答：", *in_threes(last)])


def was_run(tool_result: str) -> bool:
    """A refusal may quote the command, so what counts is the output without it."""
    return re.search(r"(?<!echo )12 passed", tool_result) is not None


def shell_call(command: str, tools: list[str]) -> ToolCall | None:
    """None where the program offers no shell, as in a question that it asks on its own behalf."""
    name = next((name for name in SHELLS if name in tools), None)
    return ToolCall(name, SHELLS[name](command)) if name else None


def remembered(said: list[str]) -> str:
    for text in reversed(said):
        if found := re.search(r"\bREMEMBER\s+(\S+)", text):
            return found[1]
    return "不记得。"


def in_threes(text: str) -> list[str]:
    return [text[start : start + 3] for start in range(0, len(text), 3)]


# The three APIs. What they have in common: a way to read a request, the frames of a stream, one whole answer, an error.


def text_of(content: Any) -> str:
    """The words of a message's content, which is a text or a list of parts."""
    if isinstance(content, str):
        return content
    parts = content if isinstance(content, list) else []
    return "\n".join(part["text"] for part in parts if isinstance(part, dict) and isinstance(part.get("text"), str))


Frame = tuple[str | None, dict[str, Any] | str]
"""The name and the data of an event."""


class API(Protocol):
    wrong_key: str

    @staticmethod
    def read(request: dict[str, Any]) -> Conversation: ...

    @staticmethod
    def frames(answer: Answer, model: str) -> Iterator[Frame]: ...

    @staticmethod
    def whole(answer: Answer, model: str) -> dict[str, Any]: ...

    @staticmethod
    def error(kind: str, message: str) -> dict[str, Any]: ...


class Messages:
    """Anthropic Messages."""

    wrong_key = "invalid x-api-key"

    @staticmethod
    def read(request: dict[str, Any]) -> Conversation:
        conversation = Conversation(tools=[tool.get("name", "") for tool in request.get("tools") or []])
        for message in request.get("messages") or []:
            if message.get("role") == "user":
                Messages.read_user(message.get("content"), conversation)
        return conversation

    @staticmethod
    def read_user(content: Any, conversation: Conversation) -> None:
        for part in [{"type": "text", "text": content}] if isinstance(content, str) else content or []:
            if part.get("type") == "text":
                conversation.add(part["text"])
            elif part.get("type") == "tool_result":
                conversation.tool_result = text_of(part.get("content"))

    @staticmethod
    def blocks(answer: Answer) -> list[dict[str, Any]]:
        text = {"type": "text", "text": answer.text}
        if answer.tool is None:
            return [text]
        return [
            text,
            {"type": "tool_use", "id": unique("toolu"), "name": answer.tool.name, "input": answer.tool.arguments},
        ]

    @staticmethod
    def whole(answer: Answer, model: str) -> dict[str, Any]:
        return {
            "id": unique("msg"),
            "type": "message",
            "role": "assistant",
            "model": model,
            "content": Messages.blocks(answer),
            "stop_reason": Messages.stop_reason(answer),
            "stop_sequence": None,
            "usage": {"input_tokens": 900, "output_tokens": 40},
        }

    @staticmethod
    def stop_reason(answer: Answer) -> str:
        return "tool_use" if answer.tool else "end_turn"

    @staticmethod
    def frames(answer: Answer, model: str) -> Iterator[Frame]:
        for data in Messages.events(answer, model):
            yield data["type"], data

    @staticmethod
    def events(answer: Answer, model: str) -> Iterator[dict[str, Any]]:
        start = Messages.whole(answer, model) | {"content": [], "stop_reason": None}
        yield {"type": "message_start", "message": start}
        yield {"type": "ping"}
        for index, block in enumerate(Messages.blocks(answer)):
            empty = block | {key: type(block[key])() for key in ("text", "input") if key in block}
            yield {"type": "content_block_start", "index": index, "content_block": empty}
            for delta in Messages.deltas(block, answer):
                yield {"type": "content_block_delta", "index": index, "delta": delta}
            yield {"type": "content_block_stop", "index": index}
        end = {"stop_reason": Messages.stop_reason(answer), "stop_sequence": None}
        yield {"type": "message_delta", "delta": end, "usage": {"output_tokens": 40}}
        yield {"type": "message_stop"}

    @staticmethod
    def deltas(block: dict[str, Any], answer: Answer) -> Iterator[dict[str, Any]]:
        if block["type"] == "text":
            for piece in slowly(answer):
                yield {"type": "text_delta", "text": piece}
        else:
            for piece in in_threes(json.dumps(block["input"])):
                yield {"type": "input_json_delta", "partial_json": piece}

    @staticmethod
    def error(kind: str, message: str) -> dict[str, Any]:
        return {"type": "error", "error": {"type": kind, "message": message}}


class ChatCompletions:
    """OpenAI Chat Completions."""

    wrong_key = "Incorrect API key provided."

    @staticmethod
    def read(request: dict[str, Any]) -> Conversation:
        tools = [tool.get("function", {}).get("name", "") for tool in request.get("tools") or []]
        conversation = Conversation(tools=tools)
        for message in request.get("messages") or []:
            if message.get("role") == "user":
                conversation.add(text_of(message.get("content")))
            elif message.get("role") == "tool":
                conversation.tool_result = text_of(message.get("content"))
        return conversation

    @staticmethod
    def tool_calls(answer: Answer) -> list[dict[str, Any]]:
        if answer.tool is None:
            return []
        function = {"name": answer.tool.name, "arguments": json.dumps(answer.tool.arguments)}
        return [{"index": 0, "id": unique("call"), "type": "function", "function": function}]

    @staticmethod
    def finish_reason(answer: Answer) -> str:
        return "tool_calls" if answer.tool else "stop"

    @staticmethod
    def whole(answer: Answer, model: str) -> dict[str, Any]:
        message: dict[str, Any] = {"role": "assistant", "content": answer.text}
        if calls := ChatCompletions.tool_calls(answer):
            message["tool_calls"] = calls
        choice = {"index": 0, "message": message, "finish_reason": ChatCompletions.finish_reason(answer)}
        head = {"id": unique("chatcmpl"), "object": "chat.completion", "created": int(time.time()), "model": model}
        return head | {"choices": [choice], "usage": ChatCompletions.usage}

    usage = {"prompt_tokens": 21, "completion_tokens": 9, "total_tokens": 30}

    @staticmethod
    def frames(answer: Answer, model: str) -> Iterator[Frame]:
        head = {
            "id": unique("chatcmpl"),
            "object": "chat.completion.chunk",
            "created": int(time.time()),
            "model": model,
        }
        for delta, reason in ChatCompletions.deltas(answer):
            yield None, head | {"choices": [{"index": 0, "delta": delta, "finish_reason": reason}]}
        yield None, head | {"choices": [], "usage": ChatCompletions.usage}
        yield None, "[DONE]"

    @staticmethod
    def deltas(answer: Answer) -> Iterator[tuple[dict[str, Any], str | None]]:
        yield {"role": "assistant", "content": ""}, None
        for piece in slowly(answer):
            yield {"content": piece}, None
        if calls := ChatCompletions.tool_calls(answer):
            yield {"tool_calls": calls}, None
        yield {}, ChatCompletions.finish_reason(answer)

    @staticmethod
    def error(kind: str, message: str) -> dict[str, Any]:
        code = "invalid_api_key" if kind == "authentication_error" else None
        return {"error": {"message": message, "type": kind, "param": None, "code": code}}


class Responses:
    """OpenAI Responses."""

    wrong_key = ChatCompletions.wrong_key

    @staticmethod
    def error(kind: str, message: str) -> dict[str, Any]:
        return ChatCompletions.error(kind, message)

    @staticmethod
    def read(request: dict[str, Any]) -> Conversation:
        conversation = Conversation(tools=[tool.get("name", "") for tool in request.get("tools") or []])
        items = request.get("input")
        for item in [{"role": "user", "content": items}] if isinstance(items, str) else items or []:
            if item.get("role") == "user":
                conversation.add(text_of(item.get("content")))
            elif str(item.get("type", "")).endswith("_call_output"):
                output = item.get("output")
                conversation.tool_result = output if isinstance(output, str) else json.dumps(output)
        return conversation

    @staticmethod
    def items(answer: Answer) -> list[dict[str, Any]]:
        part = {"type": "output_text", "text": answer.text, "annotations": []}
        message = {
            "type": "message",
            "id": unique("msg"),
            "role": "assistant",
            "status": "completed",
            "content": [part],
        }
        if answer.tool is None:
            return [message]
        call = {"type": "function_call", "id": unique("fc"), "call_id": unique("call"), "name": answer.tool.name}
        return [message, call | {"arguments": json.dumps(answer.tool.arguments), "status": "completed"}]

    @staticmethod
    def whole(answer: Answer, model: str) -> dict[str, Any]:
        head = {"id": unique("resp"), "object": "response", "created_at": int(time.time()), "model": model}
        usage = {
            "input_tokens": 2400,
            "input_tokens_details": {"cached_tokens": 2000},
            "output_tokens": 30,
            "output_tokens_details": {"reasoning_tokens": 10},
            "total_tokens": 2430,
        }
        outcome = {"status": "completed", "error": None, "incomplete_details": None}
        return head | outcome | {"output": Responses.items(answer), "usage": usage}

    @staticmethod
    def frames(answer: Answer, model: str) -> Iterator[Frame]:
        for number, data in enumerate(Responses.events(answer, model)):
            yield data["type"], data | {"sequence_number": number}

    @staticmethod
    def events(answer: Answer, model: str) -> Iterator[dict[str, Any]]:
        done = Responses.whole(answer, model)
        begun = done | {"status": "in_progress", "output": [], "usage": None}
        yield {"type": "response.created", "response": begun}
        yield {"type": "response.in_progress", "response": begun}
        for index, item in enumerate(done["output"]):
            yield from Responses.item_events(index, item, answer)
        yield {"type": "response.completed", "response": done}

    @staticmethod
    def item_events(index: int, item: dict[str, Any], answer: Answer) -> Iterator[dict[str, Any]]:
        empty = item | {key: type(item[key])() for key in ("content", "arguments") if key in item}
        empty["status"] = "in_progress"
        yield {"type": "response.output_item.added", "output_index": index, "item": empty}
        place = {"item_id": item["id"], "output_index": index}
        if "content" in item:
            place |= {"content_index": 0}
            part = item["content"][0]
            yield {"type": "response.content_part.added", **place, "part": part | {"text": ""}}
            for piece in slowly(answer):
                yield {"type": "response.output_text.delta", **place, "delta": piece}
            yield {"type": "response.output_text.done", **place, "text": answer.text}
            yield {"type": "response.content_part.done", **place, "part": part}
        else:
            yield {"type": "response.function_call_arguments.delta", **place, "delta": item["arguments"]}
            yield {"type": "response.function_call_arguments.done", **place, "arguments": item["arguments"]}
        yield {"type": "response.output_item.done", "output_index": index, "item": item}


APIS: dict[str, type[API]] = {
    "/v1/messages": Messages,
    "/v1/responses": Responses,
    "/v1/chat/completions": ChatCompletions,
}


def slowly(answer: Answer) -> Iterator[str]:
    for piece in answer.pieces:
        yield piece
        answer.rest(answer.pause)


numbers = iter(range(1, sys.maxsize))


def unique(prefix: str) -> str:
    return f"{prefix}_{next(numbers):06}"


class Endpoint(BaseHTTPRequestHandler):
    """One connection."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: ModelServer

    def do_POST(self) -> None:
        self.asked = self.server.hear(Asked(self.path, self.key(), time.time()))
        try:
            self.answer(self.path.split("?")[0], json.loads(self.body() or b"{}"))
        except (BrokenPipeError, ConnectionResetError):
            self.asked.left = True
            self.close_connection = True
        finally:
            self.asked.ended = time.time()
            self.server.keep(self.asked)

    def answer(self, path: str, request: dict[str, Any]) -> None:
        if path == "/v1/messages/count_tokens":
            return self.send(200, {"input_tokens": len(json.dumps(request)) // 4})
        api = APIS.get(path)
        if api is None:
            return self.send(404, ChatCompletions.error("not_found_error", f"no such path: {path}"))
        conversation = api.read(request)
        model = request.get("model", "scripted")
        self.asked.last, self.asked.tools = conversation.last, len(conversation.tools)
        self.server.keep_request(path, request)
        try:
            if self.key() == WRONG_KEY:
                raise KeyRefused(is_final=True)
            answer = answer_to(conversation)
            answer.rest = self.rest
        except KeyRefused as refused:
            advice = {"x-should-retry": "false"} if refused.is_final else {}
            return self.send(401, api.error("authentication_error", api.wrong_key), advice)
        if request.get("stream"):
            self.send_stream(api.frames(answer, model))
        else:
            answer.rest(answer.pause * len(answer.pieces))
            self.send(200, api.whole(answer, model))

    def do_GET(self) -> None:
        if self.path.split("?")[0] != "/v1/models":
            return self.send(404, ChatCompletions.error("not_found_error", f"no such path: {self.path}"))
        if self.key() == WRONG_KEY:
            return self.send(401, ChatCompletions.error("authentication_error", ChatCompletions.wrong_key))
        model = {"id": "scripted", "object": "model", "created": 1790000000, "owned_by": "nobody"}
        self.send(200, {"object": "list", "data": [model]})

    def do_HEAD(self) -> None:
        """Asked by programs that want to know whether there is anybody."""
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def key(self) -> str:
        bearer = self.headers.get("Authorization", "").removeprefix("Bearer ")
        return self.headers.get("x-api-key") or bearer

    def body(self) -> bytes:
        length = int(self.headers.get("Content-Length", "0"))
        if length > LARGEST_REQUEST:
            raise ConnectionResetError
        return self.rfile.read(length)

    def send(self, status: int, value: dict[str, Any], more_headers: dict[str, str] | None = None) -> None:
        data = json.dumps(value, ensure_ascii=False).encode()
        self.send_response(status)
        for name, text in (more_headers or {}).items():
            self.send_header(name, text)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def send_stream(self, frames: Iterator[Frame]) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream; charset=utf-8")
        self.send_header("Cache-Control", "no-cache")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        for number, (name, data) in enumerate(frames):
            text = data if isinstance(data, str) else json.dumps(data, ensure_ascii=False)
            event = (f"event: {name}\n" if name else "") + f"data: {text}\n\n"
            for part in cut(event.encode(), every_other=number % 2 == 0):
                self.send_chunk(part)
        self.send_chunk(b"")

    def rest(self, duration: float) -> None:
        end = time.monotonic() + duration
        while (left := end - time.monotonic()) > 0:
            readable, _, _ = select.select([self.connection], [], [], left)
            if readable and not self.connection.recv(1, socket.MSG_PEEK):
                raise ConnectionResetError
            if readable:
                time.sleep(left)  # The client has sent another request already; it is there, then.

    def send_chunk(self, data: bytes) -> None:
        self.wfile.write(b"%x\r\n%b\r\n" % (len(data), data))
        self.wfile.flush()

    def log_message(self, format: str, *arguments: Any) -> None:
        """Our own log says more."""


def cut(data: bytes, every_other: bool) -> Iterator[bytes]:
    """Now and then in two, within the first character that has more than one byte, a moment apart."""
    place = next((index for index, byte in enumerate(data) if byte >= 0x80), None) if every_other else None
    if place is None:
        yield data
    else:
        yield data[: place + 1]
        time.sleep(0.005)
        yield data[place + 1 :]


class ModelServer(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, port: int = 0, log: str | None = None, requests: str | None = None) -> None:
        super().__init__(("127.0.0.1", port), Endpoint)
        self.lock = threading.Lock()
        self.heard: list[Asked] = []
        self.log = open(log, "a", encoding="utf-8") if log else None
        self.requests = open(requests, "a", encoding="utf-8") if requests else None

    def hear(self, asked: Asked) -> Asked:
        with self.lock:
            self.heard.append(asked)
        return asked

    def keep(self, asked: Asked) -> None:
        self.write(asdict(asked) | {"last": asked.last[:200]}, self.log)

    def keep_request(self, path: str, request: dict[str, Any]) -> None:
        self.write({"path": path, "request": request}, self.requests)

    def write(self, value: dict[str, Any], file: TextIO | None) -> None:
        if file:
            with self.lock:
                print(json.dumps(value, ensure_ascii=False), file=file, flush=True)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that goes away between two requests is none of our errors."""
        if not isinstance(sys.exception(), (BrokenPipeError, ConnectionResetError)):
            super().handle_error(request, client_address)


def main() -> None:
    options = argparse.ArgumentParser(description="A scripted model on loopback.")
    options.add_argument("--port", type=int, default=0, help="0 is any free one")
    options.add_argument("--log", help="a line of JSON for every request that has ended")
    options.add_argument("--requests", help="every request as it came")
    options.add_argument("--minutes", type=float, default=10, help="ends after so many")
    chosen = options.parse_args()
    server = ModelServer(chosen.port, chosen.log, chosen.requests)
    end = threading.Timer(chosen.minutes * 60, server.shutdown)
    end.daemon = True
    end.start()
    print(f"the model listens on 127.0.0.1:{server.server_port}", flush=True)
    try:
        server.serve_forever(poll_interval=0.1)
    except KeyboardInterrupt:
        pass


if __name__ == "__main__":
    main()
