"""What scripts/api-test tells schemathesis beyond docs/openapi.yaml: what JSON schema cannot say.

A document says what is right for every server. The one under test has one app and no bot, and knows limits in bytes and keys that
must differ; requests that break such a rule by chance are left out, lest a right refusal count as a wrong one.
"""

import base64

import schemathesis

# The least that is a voice and a film; what they must hold, no pattern says.
files = {
    "VoiceUpload": b"#!AMR\n" + b"\x04" + bytes(12),
    "VideoUpload": b"\x00\x00\x00\x10ftypisom\x00\x00\x02\x00",
}


@schemathesis.hook
def before_load_schema(context, raw_schema):
    schemas = raw_schema["components"]["schemas"]
    for name in ("AppName", "AppFilter"):
        schemas[name] = {"type": "string", "enum": ["simulated", "ww000000000000001c/1000002"]}
    messages = schemas["Message"]["oneOf"]
    messages[:] = [one for one in messages if not one["$ref"].endswith("/BotMessage")]
    for name, file in files.items():
        data = schemas[name]["properties"]["upload"]["properties"]["data"]
        data["enum"] = [base64.b64encode(file).decode()]
        del data["pattern"]


@schemathesis.hook
def filter_body(context, body):
    return not breaks_unsaid_rules(body)


def breaks_unsaid_rules(value):
    """Whether a text has more bytes than characters and may so be too long, or keys of a list repeat each other."""
    if isinstance(value, str):
        return len(value) > 3 and len(value.encode("utf-8", "surrogatepass")) > max(48, len(value))
    if isinstance(value, dict):
        return repeats_menu_key(value) or any(breaks_unsaid_rules(member) for member in value.values())
    if isinstance(value, list):
        return repeats(value) or any(breaks_unsaid_rules(element) for element in value)
    return False


def repeats(elements):
    for name in ("key", "id", "question_key"):
        values = [element[name] for element in elements if isinstance(element, dict) and name in element]
        if any(value in values[:index] for index, value in enumerate(values)):
            return True
    return False


def repeats_menu_key(card):
    menu = card.get("action_menu")
    choices = menu.get("action_list") if isinstance(menu, dict) else None
    buttons = card.get("button_list")
    return isinstance(choices, list) and isinstance(buttons, list) and repeats(choices + buttons)
