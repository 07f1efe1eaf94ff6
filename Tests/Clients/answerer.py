"""A callback server as users of wechatpy write one: it verifies, opens and parses with that library, and replies at once."""

import http.server
import queue
import threading
import urllib.parse

from wechatpy.enterprise import create_reply, parse_message
from wechatpy.enterprise.crypto import WeChatCrypto

CORP = "ww00000000000c1e75"
TOKEN = "clientstoken"
KEY = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQ"


class Answerer:
    def __init__(self):
        # What was posted, parsed.
        self.messages = queue.Queue()
        self.crypto = WeChatCrypto(TOKEN, KEY, CORP)
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                query = self.parameters()
                echo = outer.crypto.check_signature(
                    query["msg_signature"], query["timestamp"], query["nonce"], query["echostr"]
                )
                self.answer(echo if isinstance(echo, bytes) else echo.encode())

            def do_POST(self):
                query = self.parameters()
                body = self.rfile.read(int(self.headers["Content-Length"]))
                xml = outer.crypto.decrypt_message(body, query["msg_signature"], query["timestamp"], query["nonce"])
                message = parse_message(xml)
                outer.messages.put(message)
                if message.type != "text":
                    return self.answer(b"")
                reply = create_reply(f"收到：{message.content}", message).render()
                sealed = outer.crypto.encrypt_message(reply, query["nonce"], query["timestamp"])
                self.answer(sealed.encode())

            def parameters(self):
                query = urllib.parse.urlsplit(self.path).query
                return {name: values[0] for name, values in urllib.parse.parse_qs(query).items()}

            def answer(self, body):
                self.send_response(200)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *arguments):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/wecom/callback"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def next(self):
        return self.messages.get(timeout=20)

    def end(self):
        self.server.shutdown()
