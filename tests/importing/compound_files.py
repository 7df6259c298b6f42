"""Write compound files for tests (.msg, .doc, files with a password): storages and streams, as old as Windows 95.

Every stream is padded to 4,096 bytes, so that none goes into the mini stream.

Source: [MS-CFB].
"""

from __future__ import annotations

import struct
from collections.abc import Mapping

SECTOR = 512
FREE, END, FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
CUT_OFF = 4096  # shorter streams belong into the mini stream


def compound_file(streams: Mapping[str, bytes]) -> bytes:
    """The file with these streams; a slash parts a storage from what is in it."""
    storages = sorted({path.rpartition("/")[0] for path in streams if "/" in path})
    names = ["", *storages, *streams]  # the root entry first
    chains: list[list[int]] = []
    body = b""
    for path in streams:
        data = streams[path]
        size = max(len(data), CUT_OFF)
        data = data + b"\0" * (-size % SECTOR + size - len(data))
        first = len(body) // SECTOR
        chains.append(list(range(first, first + len(data) // SECTOR)))
        body += data
    directory = b"".join(_entry(at, names, storages, streams, chains) for at in range(len(names)))
    directory += _free_entry() * (-len(names) % 4)
    first_directory = len(body) // SECTOR
    body += directory
    chains.append(list(range(first_directory, len(body) // SECTOR)))
    fat_sectors = 1
    while (len(body) // SECTOR + fat_sectors) * 4 > fat_sectors * SECTOR:
        fat_sectors += 1
    fat = [FREE] * (fat_sectors * SECTOR // 4)
    for chain in chains:
        for here, following in zip(chain, [*chain[1:], END], strict=True):
            fat[here] = following
    first_fat = len(body) // SECTOR
    fat[first_fat : first_fat + fat_sectors] = [FAT] * fat_sectors
    places = list(range(first_fat, first_fat + fat_sectors))
    magic = bytes.fromhex("d0cf11e0a1b11ae1")
    head = struct.pack("<8s16xHHHHH6xIIIIIIIII", magic, 0x3E, 3, 0xFFFE, 9, 6, 0, fat_sectors, first_directory,
                       0, CUT_OFF, END, 0, END, 0)  # fmt: skip
    head += struct.pack("<109I", *places, *[FREE] * (109 - fat_sectors))
    return head + body + struct.pack(f"<{len(fat)}I", *fat)


def _entry(at: int, names: list[str], storages: list[str], streams: Mapping[str, bytes], chains: list[list[int]]) -> bytes:
    """One entry of the directory; siblings form a chain to the right, which every reader walks."""
    path = names[at]
    is_stream = at > len(storages)
    parent = path.rpartition("/")[0]
    parents = {other: names[other].rpartition("/")[0] for other in range(1, len(names))}
    siblings = [other for other, above in parents.items() if above == parent and other > at > 0]
    children = [other for other, above in parents.items() if above == path and not is_stream]
    name = (path.rpartition("/")[2] or "Root Entry").encode("utf-16-le") + b"\0\0"
    kind = 5 if not at else 2 if is_stream else 1
    chain = chains[at - len(storages) - 1] if is_stream else []
    size = max(len(streams[path]), CUT_OFF) if is_stream else 0
    return struct.pack("<64sHBBIII16xI8x8xIQ", name, len(name), kind, 1, FREE, siblings[0] if siblings else FREE,
                       children[0] if children else FREE, 0, chain[0] if chain else (END if not at else 0), size)  # fmt: skip


def _free_entry() -> bytes:
    return struct.pack("<64sHBBIII16xI8x8xIQ", b"", 0, 0, 0, FREE, FREE, FREE, 0, 0, 0)
