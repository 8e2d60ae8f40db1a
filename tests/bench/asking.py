"""Asks a server on this machine for pages over kept-alive connections: a process of its own that ends by itself.

``python -m tests.bench.asking ADDRESSES PORT CONNECTIONS SECONDS MOST`` prints how many answers came, by status, and how
long it took. ``ADDRESSES`` is a file with one path a line; ``{n}`` in a path becomes the number of the request.
"""

import json
import socket
import sys
import threading
import time
from collections import Counter
from itertools import count
from pathlib import Path


def ask(paths: list[str], port: int, connections: int, seconds: float, most: int) -> dict[str, object]:
    """Ask until ``seconds`` are over or ``most`` answers came."""
    numbers, statuses, took = count(), Counter[str](), []
    began = time.monotonic()

    def worker() -> None:
        stream = socket.create_connection(("127.0.0.1", port), timeout=30)
        stream.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        while time.monotonic() - began < seconds and (number := next(numbers)) < most:
            path = paths[number % len(paths)].replace("{n}", str(number))
            asked = time.monotonic()
            stream.sendall(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n".encode())
            status = _answer(stream)
            took.append(time.monotonic() - asked)
            statuses[status] += 1
        stream.close()

    threads = [threading.Thread(target=worker) for _ in range(connections)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return {"statuses": statuses, "seconds": time.monotonic() - began, "took": took}


def _answer(stream: socket.socket) -> str:
    """Read one whole answer, whose length the server states; return its status."""
    received = b""
    while b"\r\n\r\n" not in received:
        received += _more(stream)
    head, body = received.split(b"\r\n\r\n", 1)
    lines = head.decode("latin-1").split("\r\n")
    headers = dict(line.lower().split(": ", 1) for line in lines[1:])
    length = int(headers["content-length"])
    size = len(body)
    while size < length:
        size += len(_more(stream))
    return lines[0].split()[1]


def _more(stream: socket.socket) -> bytes:
    if part := stream.recv(65536):
        return part
    raise ConnectionError("The server closed the connection in the middle of an answer.")


if __name__ == "__main__":
    addresses, port, connections, seconds, most = sys.argv[1:]
    found = ask(Path(addresses).read_text().split(), int(port), int(connections), float(seconds), int(most))
    print(json.dumps(found))
