"""Has client libraries of others work with the simulated WeCom, as they are: wechatpy for apps, the vendor's own SDK for AI
bots. Tells a line for each thing that works, and fails at the first that does not."""

import argparse
import asyncio
import importlib.metadata
import os
import sys
import tempfile

import tls_front
from simulator import Simulator


def told(what):
    print(f"  ✓ {what}", flush=True)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--program", required=True)
    program = parser.parse_args().program
    world = os.path.join(os.path.dirname(os.path.abspath(__file__)), "world.yaml")
    with tempfile.TemporaryDirectory() as folder:
        from answerer import Answerer

        answerer = Answerer()
        simulator = Simulator(program, "--world", world, "--callback", answerer.url)
        try:
            certificate = tls_front.start(folder, simulator.port)
            os.environ["REQUESTS_CA_BUNDLE"] = certificate
            import certifi

            certifi.where = lambda: certificate
            # Imported behind that: they look for what to trust when they are loaded.
            import app_client
            import bot_client

            print(f"wechatpy {importlib.metadata.version('wechatpy')}")
            app_client.run(simulator, answerer, told)
            print(f"wecom-aibot-python-sdk {importlib.metadata.version('wecom-aibot-python-sdk')}")
            asyncio.run(bot_client.run(simulator, folder, told))
        finally:
            simulator.end()
            answerer.end()


if __name__ == "__main__":
    sys.exit(main())
