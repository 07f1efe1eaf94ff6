"""A bot by the vendor's SDK, over its long connection: it answers, greets, fetches a file and writes of its own accord."""

import asyncio
import os

from aibot import WSClient, WSClientOptions
from app_client import png

BOT = "aibClients"
SECRET = "botsecret0123456789botsecret0123456789botse"


class Quiet:
    def debug(self, *arguments):
        pass

    info = warn = error = debug


def made(secret):
    return WSClient(WSClientOptions(bot_id=BOT, secret=secret, logger=Quiet(), max_reconnect_attempts=1))


async def run(simulator, folder, told):
    client = made(SECRET)
    frames = {name: asyncio.Queue() for name in ("authenticated", "message.text", "message.image", "event.enter_chat")}
    for name, frames_of_name in frames.items():
        client.on(name, lambda *frame, queue=frames_of_name: queue.put_nowait(frame[0] if frame else None))

    async def next_of(name):
        return await asyncio.wait_for(frames[name].get(), 20)

    async def shown(pattern):
        await asyncio.to_thread(simulator.wait_for, pattern)

    await client.connect()
    await next_of("authenticated")
    told("connects, and takes its bot over")

    simulator.type("assistant: 你好")
    frame = await next_of("message.text")
    assert frame["body"]["text"]["content"] == "你好" and frame["body"]["from"]["userid"] == "zhangsan", frame
    for words, finish in (("正在想", False), ("正在想，想好了", True)):
        answer = await client.reply_stream(frame, "stream-1", words, finish)
        assert answer["errcode"] == 0, answer
    await shown(r"想好了")
    told("answers in a stream")

    simulator.type("assistant: :enter")
    frame = await next_of("event.enter_chat")
    answer = await client.reply_welcome(frame, {"msgtype": "text", "text": {"content": "欢迎"}})
    assert answer["errcode"] == 0, answer
    await shown(r"欢迎")
    told("greets who comes in")

    path = os.path.join(folder, "picture.png")
    with open(path, "wb") as file:
        file.write(png())
    simulator.type(f"assistant: :image {path}")
    frame = await next_of("message.image")
    image = frame["body"]["image"]
    content, _ = await client.download_file(image["url"], image["aeskey"])
    assert content == png()
    told("fetches a picture and opens it")
    answer = await client.reply_stream(frame, "stream-2", "看到了", True)
    await shown(r"看到了")

    answer = await client.send_message("zhangsan", {"msgtype": "markdown", "markdown": {"content": "**主动**"}})
    assert answer["errcode"] == 0, answer
    await shown(r"主动")
    card = {
        "card_type": "button_interaction",
        "main_title": {"title": "批准吗"},
        "button_list": [{"text": "好", "style": 1, "key": "yes"}],
        "task_id": "task-1",
    }
    answer = await client.send_message("zhangsan", {"msgtype": "template_card", "template_card": card})
    assert answer["errcode"] == 0, answer
    await shown(r"批准吗")
    told("writes of its own accord: markdown, and a card")

    client.disconnect()
    stranger = made("nobody's")
    failed = asyncio.Event()
    stranger.on("error", lambda *_: failed.set())
    stranger.on("disconnected", lambda *_: failed.set())
    await stranger.connect()
    await asyncio.wait_for(failed.wait(), 20)
    assert not stranger.is_connected or failed.is_set()
    told("is refused with a wrong secret")
    stranger.disconnect()
