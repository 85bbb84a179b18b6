"""A server like the application that Ocelli replaces, as a program: python-socketio, one frame after the other.

It prints its port, answers event `frame` with `response {"message": …}` without an id, and does not know
acknowledgements beyond what python-socketio does by itself: an empty one when the handler returns.
"""

import argparse
import asyncio
import os

import socketio
from aiohttp import web

LABELS = ("cat", "dog", "bird")


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    parser.add_argument("--no-acknowledgements", action="store_true")
    parser.add_argument("--broadcast", action="store_true", help="send responses to all clients")
    parser.add_argument("--forget-every", type=int, default=0, help="give no response to each so-manieth frame")
    parser.add_argument("--silent", action="store_true", help="give no response at all")
    parser.add_argument("--vanish-after", type=int, default=0, help="end without a word after so many frames")
    parser.add_argument("--refuse-after", type=int, default=0, help="refuse clients after so many")
    return parser.parse_args()


def make_application(arguments: argparse.Namespace) -> web.Application:
    server = socketio.AsyncServer(async_mode="aiohttp", cors_allowed_origins="*", max_http_buffer_size=8_000_000)
    application = web.Application()
    server.attach(application)
    frames = clients = 0

    @server.on("connect")
    async def connect(*_: object) -> bool:
        nonlocal clients
        clients += 1
        return not arguments.refuse_after or clients <= arguments.refuse_after

    @server.on("frame")
    async def frame(sid: str, data: object) -> object:
        nonlocal frames
        frames += 1
        if frames == arguments.vanish_after:
            os._exit(1)
        forgotten = arguments.silent or (arguments.forget_every and frames % arguments.forget_every == 0)
        if not forgotten:
            await server.emit("response", {"message": LABELS[frames % len(LABELS)]},
                              to=None if arguments.broadcast else sid)
        return server.not_handled if arguments.no_acknowledgements or forgotten else None

    return application


async def main() -> None:
    runner = web.AppRunner(make_application(parse_arguments()))
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    print(f"listening on 127.0.0.1:{runner.addresses[0][1]}", flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main())
