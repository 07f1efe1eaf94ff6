"""Attacks a router on loopback, and tells what it did to the messages of others. scripts/attack builds and calls it.

WeCom, its callbacks and an agent's service are played here; the router is the real program. Every attack is bounded: so
many seconds, so many connections, so many bytes a second. WeCom comes from 127.0.0.1, whoever attacks from
127.0.0.2 and on: each from an address of its own, whose ports the one before has not used up.

It ends with status 1, and says which row and which figure, where a bound does not hold: see `Bounds`.
"""

import argparse
import json
import multiprocessing
import os
import selectors
import signal
import socket
import subprocess
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

PUBLIC, MANAGEMENT = ("127.0.0.1", 8745), ("127.0.0.1", 8746)
MIB = 1 << 20


# What strangers send


def post(body, path="/wecom/callback?msg_signature=%s&timestamp=1&nonce=2" % ("a" * 40)):
    head = f"POST {path} HTTP/1.1\r\nHost: h\r\nContent-Type: text/xml\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


def filled(head, piece, tail, size=256 << 10):
    """`piece(0)`, `piece(1)`, … between `head` and `tail`, up to `size` bytes."""
    pieces, length, number = [], len(head) + len(tail), 0
    while length + len(text := piece(number)) <= size:
        pieces.append(text)
        length += len(text)
        number += 1
    return (head + "".join(pieces) + tail).encode()


def letters(number):
    name = ""
    while True:
        name += chr(97 + number % 26)
        number //= 26
        if not number:
            return name


def envelopes():
    corp = "<xml><ToUserName>ww0000000000000000</ToUserName>"
    return {
        "attributes": filled("<xml", lambda n: f" {letters(n)}=''", "/>"),
        "namespaces": filled("<xml", lambda n: f" xmlns:{letters(n)}='u'", "/>"),
        "references": filled("<xml>", lambda n: "&lt;", "</xml>"),
        "comments": filled("<xml>", lambda n: "<!---->", "</xml>"),
        "elements": filled("<xml>", lambda n: f"<{letters(n)}/>", "</xml>"),
        "sections": filled("<xml><Encrypt>", lambda n: "<![CDATA[a]]>", "</Encrypt></xml>"),
        "ciphertext": filled(corp + "<Encrypt><![CDATA[", lambda n: "QUJD", "]]></Encrypt></xml>"),
        "JSON numbers": filled('{"a":[0', lambda n: ",0", "]}"),
    }


# Requests, bytes or connections that were really sent by the attack that is being made.
SENT = multiprocessing.Value("q", 0)


class Pace:
    """Lets so many bytes a second through, over any stretch of time; `spend` is called for what was sent."""

    def __init__(self, rate):
        self.rate, self.sent, self.began = rate, 0, time.monotonic()

    def spend(self, count):
        self.sent += count
        with SENT.get_lock():
            SENT.value += count
        ahead = self.sent / self.rate - (time.monotonic() - self.began)
        if ahead > 0:
            time.sleep(ahead)


class Stranger:
    """Whoever attacks now."""

    number = 1

    @classmethod
    def next(cls):
        cls.number += 1

    @classmethod
    def connect(cls, timeout):
        return socket.create_connection(PUBLIC, timeout=timeout, source_address=(f"127.0.0.{cls.number}", 0))


def flood(requests, rate, seconds, connections, at_once=1, fresh=False):
    """Sends requests again and again, `at_once` in one go, on connections that are kept where the router keeps them and
    none is to be `fresh`."""
    end = time.monotonic() + seconds

    def run(number):
        pace, line, index = Pace(rate / connections), None, number
        while time.monotonic() < end:
            request = requests[index % len(requests)] * at_once
            index += 1
            try:
                if line is None:
                    line = Stranger.connect(timeout=2)
                line.sendall(request)
                pace.spend(len(request))
                if not answered(line, at_once) or fresh:
                    line.close()
                    line = None
            except OSError:
                if line is not None:
                    line.close()
                line = None
                time.sleep(0.01)

    threads = [threading.Thread(target=run, args=(number,), daemon=True) for number in range(connections)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(max(0, end + 5 - time.monotonic()))
    os._exit(0)


def answered(line, count):
    """Reads so many answers. False if the connection is of no more use."""
    answer = b""
    while answer.count(b"HTTP/1.1 ") < count:
        piece = line.recv(65536)
        if not piece:
            return False
        answer += piece
    return b"close" not in answer.lower()


def crowd(request, count, seconds):
    """So many connections, each of which sends the request again as soon as it is answered."""
    end, selector = time.monotonic() + seconds, selectors.DefaultSelector()

    def send(line):
        line.send(request)
        with SENT.get_lock():
            SENT.value += len(request)

    for _ in range(count):
        try:
            line = Stranger.connect(timeout=1)
            line.setblocking(False)
            send(line)
            selector.register(line, selectors.EVENT_READ)
        except OSError:
            pass
    while time.monotonic() < end:
        for key, _ in selector.select(0.1):
            try:
                if not key.fileobj.recv(65536):
                    raise OSError
                send(key.fileobj)
            except OSError:
                selector.unregister(key.fileobj)
                key.fileobj.close()
    os._exit(0)


def bad_bytes(rate, seconds):
    """New connections with a byte that is no HTTP, and no end of them but the router's."""
    pace, end, held = Pace(rate), time.monotonic() + seconds, []
    while time.monotonic() < end:
        try:
            line = Stranger.connect(timeout=1)
            line.send(b"\0")
            held.append(line)
            pace.spend(1)
        except OSError:
            time.sleep(0.01)
        if len(held) > 12_000:
            for line in held[:4000]:
                line.close()
            del held[:4000]
    os._exit(0)


def hold(count, seconds, first):
    """Takes so many connections and keeps them."""
    held = []
    for _ in range(count):
        try:
            line = Stranger.connect(timeout=1)
            line.send(first)
            held.append(line)
            with SENT.get_lock():
                SENT.value += 1
        except OSError:
            pass
    time.sleep(seconds)
    os._exit(0)


# What WeCom does meanwhile


def exchange(address, request, timeout):
    """The status of the answer, or 0."""
    try:
        with socket.create_connection(address, timeout=timeout) as line:
            line.settimeout(timeout)
            line.sendall(request)
            answer = line.recv(4096)
            return int(answer.split(b" ", 2)[1]) if answer.startswith(b"HTTP/1.1 ") else 0
    except (OSError, IndexError, ValueError):
        return 0


class Callbacks:
    """Real callbacks, one every 50 ms: each is tried three times, five seconds apart at the most, as WeCom does."""

    def __init__(self, requests):
        self.requests, self.next, self.lock = requests, 0, threading.Lock()
        self.delays, self.lost, self.later, self.health = [], 0, 0, []

    def run(self, seconds):
        end = time.monotonic() + seconds
        threads = [threading.Thread(target=self._look, args=(end,), daemon=True)]
        threads[0].start()
        while time.monotonic() < end:
            thread = threading.Thread(target=self._say, daemon=True)
            thread.start()
            threads.append(thread)
            time.sleep(0.05)
        for thread in threads:
            thread.join(20)

    def _say(self):
        with self.lock:
            request = self.requests[self.next % len(self.requests)]
            self.next += 1
        for attempt in range(3):
            began = time.monotonic()
            if exchange(PUBLIC, request, 5) == 200:
                with self.lock:
                    self.delays.append(time.monotonic() - began)
                    self.later += attempt > 0
                return
            time.sleep(0.1)
        with self.lock:
            self.lost += 1

    def _look(self, end):
        while time.monotonic() < end:
            began = time.monotonic()
            status = exchange(MANAGEMENT, b"GET /health HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n", 5)
            self.health.append(time.monotonic() - began if status == 200 else 5.0)
            time.sleep(0.1)

    def words(self):
        count = len(self.delays) + self.lost
        if not self.delays:
            return f"none of {count} answered", "–", worst(self.health)
        told = f"{len(self.delays)} of {count}" + (f", {self.later} at a later try" if self.later else "")
        return told, milliseconds(p99(self.delays)), worst(self.health)

    def outcome(self, router, bounds):
        peak = router.peak()
        return Outcome(self.words() + (f"{peak} MiB",), bounds.faults(self, peak))


class Bounds:
    """The figures of docs/threats.md, times a factor for bad days of the machine that the attack is made on."""

    # A callback that takes five seconds has failed.
    callback, health = 2.5, 0.25

    def __init__(self, memory=192):
        self.memory = memory

    def faults(self, callbacks, peak):
        count = len(callbacks.delays) + callbacks.lost
        if callbacks.lost or not count:
            yield f"{callbacks.lost} of {count} real callbacks were not answered in three tries"
        for what, delays, most in (
            ("p99 of real callbacks", callbacks.delays, self.callback),
            ("p99 of /health of management", callbacks.health, self.health),
        ):
            if delays and p99(delays) > most:
                yield f"{what} was {milliseconds(p99(delays))}, where {milliseconds(most)} are the bound"
        if not callbacks.health:
            yield "/health of management was never looked at"
        if peak > self.memory:
            yield f"it took {peak} MiB of memory, where {self.memory} are the bound"


class Outcome:
    """A row of the table, and which bounds do not hold in it."""

    def __init__(self, words, faults=()):
        self.words, self.faults = words, list(faults)


def p99(delays):
    return sorted(delays)[min(len(delays) - 1, int(len(delays) * 0.99))]


def milliseconds(seconds):
    return f"{seconds * 1000:.0f} ms"


def worst(delays):
    return milliseconds(max(delays)) if delays else "–"


# WeCom and an agent's service, played


class Played(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    zeros = b"[" + b"0," * 23_900_000 + b"0]"
    # The texts that reached people.
    sent: list = []

    def do_GET(self):
        self.answer(b'{"errcode":0,"errmsg":"ok","access_token":"t","expires_in":7200}')

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if "/message/send" in self.path:
            message = json.loads(body)
            Played.sent.append(message.get(message["msgtype"], {}).get("content", message["msgtype"]))
        if self.path.startswith("/v1/chat"):
            self.answer(Played.zeros)
        else:
            self.answer(b'{"errcode":0,"errmsg":"ok","msgid":"m"}')

    def answer(self, body):
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        try:
            self.wfile.write(body)
        except OSError:
            pass

    def log_message(self, *_):
        pass


class PlayedServer(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request, client_address):
        # The router ends a connection whose answer is too large.
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)


class Router:
    """`wecom-router serve` with one app, answered by `agent`."""

    def __init__(self, options, agent, work=None):
        self.work = work or Path(options.work) / f"run-{time.monotonic_ns()}"
        self.work.mkdir(parents=True)
        configuration = subprocess.run(
            [options.benchmarks, "configuration", f"{self.work}/data/router.db"], check=True, capture_output=True, text=True
        ).stdout
        configuration = configuration.replace("http://127.0.0.1:9", f"http://127.0.0.1:{options.played}")
        configuration = configuration.replace("echo: { kind: echo }", f"echo: {agent}")
        (self.work / "config.yaml").write_text(configuration + "log: { level: error }\n")
        (self.work / "config.yaml").chmod(0o600)
        self.log = open(self.work / "log", "wb")
        environment = {"PATH": os.environ["PATH"], "SWIFT_BACKTRACE": "enable=no"}
        self.process = subprocess.Popen(
            [options.program, "serve", "--config", "config.yaml"], cwd=self.work, stderr=self.log, env=environment
        )
        for _ in range(200):
            if exchange(PUBLIC, b"GET /ready HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n", 1) == 200:
                return
            time.sleep(0.05)
        print(f"the router does not start: {(self.work / 'log').read_text()[-2000:]}", file=sys.stderr)
        sys.exit(2)

    def peak(self):
        for line in Path(f"/proc/{self.process.pid}/status").read_text().splitlines():
            if line.startswith("VmHWM"):
                return int(line.split()[1]) // 1024
        return 0

    def processor_time(self):
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def stop(self):
        """How many seconds it takes to end."""
        began = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(60)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        return time.monotonic() - began

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()


def requests_from(options, count):
    text = subprocess.run([options.benchmarks, "callbacks", str(count)], check=True, capture_output=True).stdout
    requests, position = [], 0
    while position < len(text):
        length = int(text[position : position + 6])
        requests.append(text[position + 6 : position + 6 + length])
        position += 6 + length
    return requests


# The attacks


def under(options, attack, *arguments, agent="{ kind: echo }", seconds=8, bounds=Bounds(), **more):
    """What became of real callbacks while `attack` runs in a process of its own."""
    SENT.value = 0
    Stranger.next()
    with Router(options, agent) as router:
        attacker = multiprocessing.Process(target=attack, args=arguments, kwargs=more, daemon=True) if attack else None
        callbacks = Callbacks(requests_from(options, 400))
        if attacker:
            attacker.start()
            time.sleep(0.5)
        began, sent, spent = time.monotonic(), SENT.value, router.processor_time()
        callbacks.run(seconds)
        took = time.monotonic() - began
        share, rate = (router.processor_time() - spent) / took, (SENT.value - sent) / took
        print(f"  {share:.2f} of a processor; {rate:,.0f} a second were sent, {sent:,} before", file=sys.stderr)
        if attacker:
            attacker.kill()
            attacker.join()
        return callbacks.outcome(router, bounds)


def nothing(options):
    return under(options, None)


def costly(options):
    """The worst of some seconds with each shape of envelope."""
    results = {}
    for name, body in envelopes().items():
        results[name] = under(options, flood, [post(body)], 20 * MIB, 6, 4, seconds=4)
        print(f"  {name}: {', '.join(results[name].words)}", file=sys.stderr)

    def badness(name):
        p99 = results[name].words[1]
        return float("inf") if p99 == "–" else float(p99.split()[0])

    name = max(results, key=badness)
    words = results[name].words
    faults = [f"{fault} ({shape})" for shape, result in results.items() for fault in result.faults]
    return Outcome((f"{words[0]} ({name})", *words[1:]), faults)


SMALL = post(b"<xml><ToUserName>ww0000000000000000</ToUserName><Encrypt>%s</Encrypt></xml>" % (b"QUJD" * 200))


def small(options):
    return under(options, flood, [SMALL], 20 * MIB, 12, 64)


def pipelined(options):
    return under(options, flood, [SMALL], 20 * MIB, 12, 64, at_once=100)


def fresh(options):
    return under(options, flood, [SMALL], 20 * MIB, 12, 64, fresh=True)


def crowded(options):
    return under(options, crowd, SMALL, 4000, 30, seconds=8)


def newcomers(options):
    return under(options, bad_bytes, 2700, 12, seconds=10)


def refused_and_held(options):
    return under(options, hold, 8392, 30, b"\0", seconds=8)


def silent_and_held(options):
    return under(options, hold, 8392, 30, b"GET / HTTP/1.1\r\n", seconds=8)


def flags(options):
    """Turns whose programs write a megabyte of half flags."""
    program = "import sys; sys.stdin.read(); sys.stdout.write(chr(0x1F1E6) * 250_000)"
    agent = f'{{ kind: command, command: [{sys.executable}, -c, "{program}"] }}'
    return under(options, None, agent=agent, seconds=8)


def endless(options):
    """Turns, as many as may run, whose programs write without end."""
    agent = f'{{ kind: command, command: [yes, "{chr(0x1F1E6) * 500}"], timeout: 60s }}'
    return under(options, None, agent=agent, seconds=8, bounds=Bounds(memory=1100))


def zeros(options):
    """An endpoint that answers with 47.8 MB of numbers."""
    agent = f'{{ kind: openai, base_url: "http://127.0.0.1:{options.played}/v1", model: m }}'
    return under(options, None, agent=agent, seconds=6)


def stopping(options):
    """SIGTERM while callbacks come in and programs ignore every signal that can be ignored."""
    program = "import signal, time; [signal.signal(n, signal.SIG_IGN) for n in (2, 15)]; time.sleep(300)"
    agent = f'{{ kind: command, command: [{sys.executable}, -c, "{program}"] }}'
    with Router(options, agent) as router:
        callbacks = Callbacks(requests_from(options, 400))
        callbacks.run(3)
        loading = threading.Thread(target=callbacks.run, args=(4,), daemon=True)
        loading.start()
        took = router.stop()
        faults = [f"it took {took:.1f} s to stop, where 10 are the bound"] if took > 10 else []
        return Outcome((f"ended {took:.1f} s after SIGTERM", "–", "–", "–"), faults)


INTRUDER = """
import pathlib, socket, sys
sys.stdin.read()
base, found = sys.argv[1], []
try:
    line = socket.socket(socket.AF_UNIX)
    line.settimeout(3)
    line.connect(base + "/data/control.sock")
    line.sendall(b"GET /v1/jobs HTTP/1.1\\r\\nHost: h\\r\\n\\r\\n")
    answer = line.recv(4096)
    found.append("control.sock: " + (answer.split(b" ")[1].decode() if answer else "closed"))
except OSError as error:
    found.append("control.sock: " + type(error).__name__)
for name in ("config.yaml", "data/router.db"):
    try:
        open(base + "/" + name, "rb").read(1)
        found.append(name + ": read")
    except OSError as error:
        found.append(name + ": " + type(error).__name__)
print("; ".join(found))
"""


def intruder(options):
    """A program that asks the control socket for everybody's jobs, and reads what is the router's."""
    script = Path(options.scripts) / "intruder.py"
    script.write_text(INTRUDER)
    work = Path(options.work) / "intruder"
    agent = f"{{ kind: command, command: [{sys.executable}, {script}, {work}] }}"
    with Router(options, agent, work=work):
        Played.sent.clear()
        Callbacks(requests_from(options, 1))._say()
        end = time.monotonic() + 15
        while not Played.sent and time.monotonic() < end:
            time.sleep(0.1)
        said = Played.sent[0] if Played.sent else "it said nothing"
        faults = [] if "control.sock: 403" in said and ": read" not in said else [f"of what it may not have: {said}"]
        return Outcome((said, "–", "–", "–"), faults)


ATTACKS = {
    "nothing": ("nothing else", nothing),
    "costly": ("20 MiB/s of the costliest envelopes of 256 KiB", costly),
    "small": ("20 MiB/s of unsigned callbacks of 1 KiB, 64 connections", small),
    "pipelined": ("the same, a hundred requests in one go", pipelined),
    "fresh": ("the same, a new connection for each request", fresh),
    "crowd": ("4,000 connections of one client, each sends on when it is answered", crowded),
    "newcomers": ("2,700 connections a second, a bad byte each", newcomers),
    "refused": ("8,392 connections, refused and held open", refused_and_held),
    "silent": ("8,392 connections, half a head and silent", silent_and_held),
    "flags": ("every turn ends with 1 MB of half flags", flags),
    "endless": ("every turn's program writes without end", endless),
    "zeros": ("every turn ends with 47.8 MB of JSON numbers", zeros),
    "stop": ("SIGTERM under load, programs that ignore signals", stopping),
    "intruder": ("an agent's program that looks around", intruder),
}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--program", required=True)
    parser.add_argument("--benchmarks", required=True)
    parser.add_argument("--work", required=True, help="a directory for the routers' files")
    parser.add_argument("--scripts", required=True, help="a directory for programs of agents, elsewhere")
    parser.add_argument("attacks", nargs="*", choices=[*ATTACKS, []])
    options = parser.parse_args()
    played = PlayedServer(("127.0.0.1", 0), Played)
    options.played = played.server_address[1]
    threading.Thread(target=played.serve_forever, daemon=True).start()
    print("| meanwhile | real callbacks answered | p99 | /health of management, worst | peak memory |")
    print("|---|---|---|---|---|", flush=True)
    faults = []
    for name in options.attacks or ATTACKS:
        title, attack = ATTACKS[name]
        outcome = attack(options)
        print(f"| {title} | {' | '.join(outcome.words)} |", flush=True)
        faults += [f"{name} ({title}): {fault}" for fault in outcome.faults]
    for fault in faults:
        print(f"a bound does not hold: {fault}", file=sys.stderr)
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()
