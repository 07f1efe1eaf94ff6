"""What scripts/api-test tells schemathesis beyond docs/simulator-openapi.yaml.

The simulated WeCom under test has one app and two bots, and waits as long as it is asked to, which would take days.
"""

import re

import schemathesis

names = {"app": ["simulated"], "bot": ["helper", "assistant"]}
times = re.compile("0|[1-9][0-9]{0,3}ms|[1-9]s|[1-5][0-9]s|60s|1m")


@schemathesis.hook
def before_load_schema(context, raw_schema):
    for schema in raw_schema["components"]["schemas"].values():
        for one in [schema, *schema.get("oneOf", [])]:
            for name, known in names.items():
                if name in one.get("properties", {}):
                    one["properties"][name] = {"type": "string", "enum": known}


waits = {
    "/control/v1/expect": "within",
    "/control/v1/expect_nothing": "for",
    "/control/v1/wait": "for",
    "/control/v1/fault": "delay",
}


@schemathesis.hook
def before_call(context, case, kwargs):
    """Waits for milliseconds where a request would have it wait for seconds."""
    name = waits.get(case.operation.path)
    if name is None or not isinstance(case.body, dict):
        return
    written = case.body.get(name)
    is_usual = name not in case.body and "expect" in case.operation.path
    if is_usual or isinstance(written, str) and times.fullmatch(written):
        case.body[name] = "5ms"


@schemathesis.hook
def filter_body(context, body):
    """Leaves out texts that are short enough in characters and too long in bytes, as a name of 128 signs may be."""
    return not is_longer_in_bytes(body)


def is_longer_in_bytes(value):
    if isinstance(value, str):
        return len(value) > 40 and len(value.encode("utf-8", "surrogatepass")) > len(value)
    if isinstance(value, dict):
        return any(is_longer_in_bytes(member) for member in [*value, *value.values()])
    return isinstance(value, list) and any(is_longer_in_bytes(element) for element in value)
