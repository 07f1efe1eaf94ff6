#!/usr/bin/env python3
"""The agent of the scenarios beside it: JSON lines, as docs/agents.md describes them.

It does what the first word of a message says, and answers what it does not know with the words themselves.
"""

import json
import pathlib
import sys
import time


def emit(kind, **members):
    print(json.dumps({"type": kind, **members}, ensure_ascii=False), flush=True)


def ask():
    emit("approval", id="1", title="发布到生产环境？",
         options=[{"id": "yes", "label": "发布", "style": "primary"}, {"id": "no", "label": "取消"}])
    answer = json.loads(sys.stdin.readline())
    return "已发布" if answer["option"] == "yes" else "没有发布"


def count(most):
    for number in range(1, most):
        emit("delta", text=f"{number} ")
        time.sleep(0.7)
    emit("delta", text=str(most))
    return None


def main():
    turn = json.loads(sys.stdin.readline())
    words = turn["text"].split() or [""]
    command, rest = words[0], words[1:]
    files = turn["attachments"]
    if files:
        with open(files[0]["path"], encoding="utf-8") as file:
            text = file.read()
        pathlib.Path("copy.txt").write_text(text.upper(), encoding="utf-8")
        emit("file", path="copy.txt", name="copy.txt")
        emit("final", text=f"{files[0]['name']}: {len(text)}")
    elif command == "ask":
        emit("final", text=ask())
    elif command == "count":
        count(int(rest[0]))
        emit("final")
    elif command == "whoami":
        user = turn["user"]
        emit("final", text=f"{user.get('name')} {user.get('departments')}")
    elif command == "slow":
        time.sleep(float(rest[0]))
        emit("final", text=f"slept {rest[0]}")
    else:
        emit("final", text=" ".join(words))


main()
