# SPDX-License-Identifier: BSD-3-Clause
"""PNG pictures from strangers: taken apart and put together from the parts that carry the picture alone."""

import base64
import binascii
import struct
import zlib

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_KEPT = {b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND"}
MAX_BYTES = 4_000_000
MAX_SIDE = 8_000
MAX_PIXELS = 20_000_000  # whoever shows a picture unpacks it to four bytes or more for each


def clean_png(encoded: object) -> str | None:
    """A base64 PNG rebuilt from header, palette, transparency and pixels; None if it is not a sound PNG.

    Text, profiles, and whatever is hidden behind the end of the picture do not come through; one of more
    than `MAX_SIDE` pixels on a side, or `MAX_PIXELS` in all, is refused. See W3C, Portable Network Graphics,
    3rd edition, section 5.
    """
    if not isinstance(encoded, str) or len(encoded) > 2 * MAX_BYTES:
        return None
    try:
        data = base64.b64decode("".join(encoded.split()), validate=True)
        chunks = _chunks(data)
    except (binascii.Error, struct.error, ValueError):
        return None
    if not _is_sound(chunks):
        return None
    kept = b"".join(_chunk(kind, body) for kind, body in chunks if kind in _KEPT)
    return base64.b64encode(_SIGNATURE + kept).decode("ascii")


def _chunks(data: bytes) -> list[tuple[bytes, bytes]]:
    """The chunks up to IEND; ValueError where one is damaged."""
    if len(data) > MAX_BYTES or not data.startswith(_SIGNATURE):
        raise ValueError("not a PNG")
    chunks, at = [], len(_SIGNATURE)
    while not chunks or chunks[-1][0] != b"IEND":
        length, kind = struct.unpack_from(">I4s", data, at)
        body = data[at + 8 : at + 8 + length]
        (checksum,) = struct.unpack_from(">I", data, at + 8 + length)
        if checksum != zlib.crc32(kind + body):
            raise ValueError("damaged chunk")
        chunks.append((kind, body))
        at += length + 12
    return chunks


def _is_sound(chunks: list[tuple[bytes, bytes]]) -> bool:
    """A header first, of a bearable size, and pixels."""
    kind, header = chunks[0]
    if kind != b"IHDR" or len(header) != 13:
        return False
    width, height = struct.unpack_from(">II", header)
    bearable = 0 < width <= MAX_SIDE and 0 < height <= MAX_SIDE and width * height <= MAX_PIXELS
    return bearable and any(kind == b"IDAT" for kind, _ in chunks)


def _chunk(kind: bytes, body: bytes) -> bytes:
    """One chunk with its length and checksum."""
    return struct.pack(">I4s", len(body), kind) + body + struct.pack(">I", zlib.crc32(kind + body))
