"""The same work with aiohttp, kept in memory only: verify, decrypt, parse, 200.

Keys come from the environment; it prints its port and ends with its input.
"""

import asyncio
import base64
import hashlib
import hmac
import os
import struct
import sys
import xml.etree.ElementTree as ElementTree

from aiohttp import web
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

CORP_ID = os.environ["corp_id"].encode()
TOKEN = os.environ["token"]
KEY = base64.b64decode(os.environ["aes_key"] + "=")
kept = {}


def open_callback(query, body):
    encrypted = ElementTree.fromstring(body).findtext("Encrypt")
    parts = sorted([TOKEN, query["timestamp"], query["nonce"], encrypted])
    right = hashlib.sha1("".join(parts).encode()).hexdigest()
    if not hmac.compare_digest(right, query["msg_signature"]):
        return None
    decryptor = Cipher(algorithms.AES(KEY), modes.CBC(KEY[:16])).decryptor()
    plain = decryptor.update(base64.b64decode(encrypted)) + decryptor.finalize()
    content = plain[: -plain[-1]]
    end = 20 + struct.unpack(">I", content[16:20])[0]
    if content[end:] != CORP_ID:
        return None
    return {element.tag: element.text for element in ElementTree.fromstring(content[20:end])}


async def receive(request):
    message = open_callback(request.query, await request.read())
    if message is None:
        return web.Response(status=403)
    kept.setdefault(message["MsgId"], message)
    return web.Response(status=200)


async def main():
    app = web.Application()
    app.router.add_post("/wecom/callback", receive)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    print(runner.addresses[0][1], flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
    await runner.cleanup()


asyncio.run(main())
