"""Answers DNS queries for the names in gateway/hosts, which containers with a network of their own send: python3 -m pullrescue_sandbox.dns ADDRESS"""

import socketserver
import struct
import sys

from pullrescue_sandbox import certificates

A, NAME_ERROR = 1, 3


def answer(query, address, names):
    """Returns the response to a query: the address, nothing for other types, or that the name does not exist."""
    labels, position = [], 12
    while query[position]:
        labels.append(query[position + 1 : position + 1 + query[position]].decode("ascii", "replace").lower())
        position += 1 + query[position]
    question = query[12 : position + 5]
    kind = struct.unpack("!H", query[position + 1 : position + 3])[0]
    exists = ".".join(labels) in names
    record = b""
    if exists and kind == A:
        record = struct.pack("!HHHIH", 0xC00C, A, 1, 60, 4) + bytes(map(int, address.split(".")))
    flags = 0x8180 | (0 if exists else NAME_ERROR)
    return query[:2] + struct.pack("!HHHHH", flags, 1, bool(record), 0, 0) + question + record


def main(address):
    names = set(certificates.host_names())

    class Handler(socketserver.BaseRequestHandler):
        def handle(self):
            query, connection = self.request
            connection.sendto(answer(query, address, names), self.client_address)

    socketserver.ThreadingUDPServer((address, 53), Handler).serve_forever()


if __name__ == "__main__":
    main(sys.argv[1])
