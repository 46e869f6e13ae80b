"""How far the sheets of an old workbook (.xls) reach, told before its reader asks for the memory of them."""

import struct
from collections.abc import Iterator

_NO_SECTOR = 0xFFFFFFFA
"""Numbers from here on are no sectors: the end of a chain, or free."""

_HEADER_BYTES = 512
_DIR_ENTRY_BYTES = 128
_STREAMS = ("workbook", "book")
_SHORT_BYTES = 4096
"""Shorter streams lie in sectors of their own size within the root's."""

_MOST = (65_536, 256)
"""Rows and columns of such a sheet at most; programs note formatted rows as used up to there."""

_BEGIN, _DIMENSIONS, _MANY_NUMBERS = 0x0809, 0x0200, 0x00BD
_CELLS = frozenset({0x0006, 0x00D6, 0x00FD, 0x0203, 0x0204, 0x0205, 0x0206, 0x0406, 0x027E})


def corner(data: bytes) -> tuple[int, int]:
    """Return rows and columns in use of the largest sheet.

    Parameters
    ----------
    data : bytes
        An OLE container.

    Raises
    ------
    ValueError
        It is damaged, or holds no workbook.

    Notes
    -----
    Source: Microsoft, MS-CFB (the container) and MS-XLS (records of two bytes type, two bytes length).
    """
    best = 0, 0
    rows = columns = 0
    try:
        for kind, body in (record for stream in _streams(data) for record in _records(stream)):
            if kind == _BEGIN:
                rows = columns = 0
            row, column = _reach(kind, body)
            rows, columns = max(rows, row), max(columns, column)
            if rows * columns > best[0] * best[1]:
                best = rows, columns
    except (struct.error, IndexError) as error:
        raise ValueError("the container is damaged") from error
    return best


def _records(stream: bytes) -> Iterator[tuple[int, bytes]]:
    at = 0
    while at + 4 <= len(stream):
        kind, length = struct.unpack_from("<HH", stream, at)
        yield kind, stream[at + 4 : at + 4 + length]
        at += 4 + length


def _reach(kind: int, body: bytes) -> tuple[int, int]:
    """Return the row and column that a record reaches, counted from 1; (0, 0) for one that is no cell."""
    if kind == _DIMENSIONS and len(body) >= 8:
        _, rows, _, columns = struct.unpack_from("<IIHH" if len(body) >= 14 else "<HHHH", body)
        return (rows, columns) if rows > _MOST[0] or columns > _MOST[1] else (0, 0)
    if kind == _MANY_NUMBERS and len(body) >= 6:
        row, column = struct.unpack_from("<HH", body)
        (last,) = struct.unpack_from("<H", body, len(body) - 2)
        return row + 1, max(column, last) + 1
    if kind in _CELLS and len(body) >= 4:
        row, column = struct.unpack_from("<HH", body)
        return row + 1, column + 1
    return 0, 0


def _streams(data: bytes) -> Iterator[bytes]:
    """Yield the streams of a container that may be the workbook; there is one, unless somebody plays tricks."""
    shift, mini_shift = struct.unpack_from("<HH", data, 30)
    if not (7 <= shift <= 16 and 2 <= mini_shift < shift):
        raise ValueError("no sectors of a size that is known")
    size = 1 << shift
    (directory,), (mini_fat,), (difat,) = (struct.unpack_from("<I", data, at) for at in (48, 60, 68))
    fat = [n for sector in _fat_sectors(data, size, difat) for n in _numbers(_sector(data, size, sector))]
    entries = _joined(data, size, fat, directory)
    n_found = 0
    for at in range(0, len(entries) - _DIR_ENTRY_BYTES + 1, _DIR_ENTRY_BYTES):
        (n_name,) = struct.unpack_from("<H", entries, at + 64)
        name = entries[at : at + min(64, max(0, n_name - 2))].decode("utf-16-le", "replace")
        if name.strip("\x00").casefold() not in _STREAMS or n_found > 1:
            continue
        n_found += 1
        start, length = struct.unpack_from("<II", entries, at + 116)
        if length >= _SHORT_BYTES:
            yield _joined(data, size, fat, start)[:length]
            continue
        small = _joined(data, size, fat, struct.unpack_from("<I", entries, 116)[0])
        links = _numbers(_joined(data, size, fat, mini_fat))
        pieces = [small[n << mini_shift : (n + 1) << mini_shift] for n in _chain(links, start)]
        yield b"".join(pieces)[:length]
    if not n_found:
        raise ValueError("no workbook in it")


def _fat_sectors(data: bytes, size: int, difat: int) -> list[int]:
    """Return the sectors that hold the table of chains: 109 in the header, more in a chain of their own."""
    found = list(struct.unpack_from("<109I", data, 76))
    seen: set[int] = set()
    while difat < _NO_SECTOR and difat not in seen:
        seen.add(difat)
        *more, difat = _numbers(_sector(data, size, difat))
        found += more
    return [sector for sector in found if sector < _NO_SECTOR]


def _sector(data: bytes, size: int, number: int) -> bytes:
    start = max(_HEADER_BYTES, size) + number * size
    if start >= len(data):
        raise ValueError("a sector lies behind the end")
    return data[start : start + size].ljust(size, b"\x00")


def _joined(data: bytes, size: int, fat: list[int], start: int) -> bytes:
    return b"".join(_sector(data, size, number) for number in _chain(fat, start))


def _chain(links: list[int], start: int) -> Iterator[int]:
    number, n_left = start, len(links)
    while number < _NO_SECTOR and n_left:
        yield number
        number, n_left = links[number], n_left - 1


def _numbers(data: bytes) -> list[int]:
    return list(struct.unpack(f"<{len(data) // 4}I", data[: len(data) // 4 * 4]))
