#!/usr/bin/env python3
"""A test of a router over the control API: `wecom-router simulate` in one terminal, `serve` in another, and then

    python3 scenarios/control.py http://127.0.0.1:8650
"""
import json
import sys
import urllib.error
import urllib.request


def step(verb, **value):
    request = urllib.request.Request(
        f"{sys.argv[1]}/control/v1/{verb}", json.dumps(value).encode(), {"Content-Type": "application/json"})
    try:
        with urllib.request.urlopen(request) as answer:
            return json.load(answer)["seen"]
    except urllib.error.HTTPError as refusal:
        sys.exit(f"{verb}: {json.load(refusal)['error']}")


step("save", app="simulated")
step("say", app="simulated", user="lisi", text="今天几号")
(answer,) = step("expect", **{"from": "simulated", "to": "lisi", "text": "今天几号", "within": "20s"})
print(answer["from"], "answered", answer["to"], "with", answer["text"])
step("fault", kind="token", app="simulated", times=1)
step("say", app="simulated", user="lisi", text="and again")
step("expect", **{"from": "simulated", "to": "lisi", "text": "and again", "within": "20s"})
step("expect_nothing", **{"to": "lisi", "for": "1s"})
