"""A TCP relay with latency: bytes leave half a round trip after they arrived."""
import asyncio
import multiprocessing
import socket
import time


async def forward(reader, writer, delay):
    """Forwards in order, with at most a few MB in flight, as on a real link."""
    link = asyncio.Queue(64)

    async def arrive():
        while True:
            due, data = await link.get()
            await asyncio.sleep(max(0, due - time.monotonic()))
            if not data:
                writer.close()
                return
            writer.write(data)
            await writer.drain()

    arriving = asyncio.create_task(arrive())
    try:
        while data := await reader.read(256 * 1024):
            await link.put((time.monotonic() + delay, data))
    except ConnectionError:
        pass
    await link.put((time.monotonic() + delay, b""))
    await asyncio.gather(arriving, return_exceptions=True)


async def serve(address, port, behind, round_trip):
    async def accept(reader, writer):
        # The TCP handshake takes one round trip before the first byte can be sent.
        await asyncio.sleep(round_trip)
        inner_reader, inner_writer = await asyncio.open_connection(address, behind)
        await asyncio.gather(
            forward(reader, inner_writer, round_trip / 2),
            forward(inner_reader, writer, round_trip / 2),
            return_exceptions=True,
        )

    server = await asyncio.start_server(accept, address, port)
    await server.serve_forever()


def start(links, round_trip):
    """Starts a process for each link, and returns them."""
    processes = []
    for address, port, behind in links:
        process = multiprocessing.Process(
            target=lambda: asyncio.run(serve(address, port, behind, round_trip)), daemon=True
        )
        process.start()
        processes.append(process)
        for _ in range(100):
            try:
                socket.create_connection((address, port), 1).close()
                break
            except OSError:
                time.sleep(0.05)
    return processes
