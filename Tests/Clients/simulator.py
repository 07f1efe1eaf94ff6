"""`wecom-router simulate` as a process: lines go in as a person types them, and what it prints can be waited for."""

import re
import subprocess
import threading
import time

PATIENCE = 20


class Simulator:
    def __init__(self, program, *arguments):
        self.process = subprocess.Popen(
            [program, "simulate", "--port", "0", "--playground", "0", *arguments],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8", bufsize=1,
        )
        self.lines = []
        self.seen = 0
        self.changed = threading.Condition()
        threading.Thread(target=self._read, daemon=True).start()
        self.port = int(self.wait_for(r"WeCom is played at http://127\.0\.0\.1:(\d+)").group(1))
        self.wait_for(r"The playground")

    def _read(self):
        for line in self.process.stdout:
            with self.changed:
                self.lines.append(line.rstrip("\n"))
                self.changed.notify_all()

    def type(self, line):
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()

    def wait_for(self, pattern):
        """Waits for a line behind those that were waited for before."""
        deadline = time.monotonic() + PATIENCE
        with self.changed:
            while True:
                for place in range(self.seen, len(self.lines)):
                    if found := re.search(pattern, self.lines[place]):
                        self.seen = place + 1
                        return found
                left = deadline - time.monotonic()
                if left <= 0 or not self.changed.wait(left):
                    raise AssertionError(
                        f"simulate never said {pattern!r}; since the last it said: {self.lines[self.seen:]}"
                    )

    def end(self):
        self.process.terminate()
        self.process.wait(10)
