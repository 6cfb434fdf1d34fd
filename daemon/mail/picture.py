"""Pictures shown inside a text: a decoration (logo, smiley, counting pixel) or something that the person shows us?

Promise: total and linear; only the first octets of a picture are looked at, nothing is decoded.
"""

MIN_SHOT_WIDTH = 320
MIN_SHOT_HEIGHT = 160
"""Pixels: banners of signatures are wide and low, logos small; half a telephone's screen is larger than both."""
MIN_SHOT_OCTETS = 20_000
"""For a picture whose measures cannot be read."""
_JPEG_SEGMENTS = 200
_PNG = b"\x89PNG\r\n\x1a\n"
_NOT_FRAMES = frozenset({0xC4, 0xC8, 0xCC})


def is_decoration(content: bytes) -> bool:
    """Whether a picture shown in the text is too small to be a screenshot or a photograph."""
    measures = measures_of(content)
    if measures is None:
        return len(content) < MIN_SHOT_OCTETS
    width, height = measures
    return width < MIN_SHOT_WIDTH or height < MIN_SHOT_HEIGHT


def measures_of(content: bytes) -> tuple[int, int] | None:
    """(width, height) in pixels of a PNG, GIF, BMP or JPEG picture; None where they cannot be read."""
    if content.startswith(_PNG) and len(content) >= 24:
        return int.from_bytes(content[16:20], "big"), int.from_bytes(content[20:24], "big")
    if content.startswith(b"GIF8") and len(content) >= 10:
        return int.from_bytes(content[6:8], "little"), int.from_bytes(content[8:10], "little")
    if content.startswith(b"BM") and len(content) >= 26:
        height = int.from_bytes(content[22:26], "little", signed=True)
        return int.from_bytes(content[18:22], "little"), abs(height)
    return _jpeg(content) if content.startswith(b"\xff\xd8") else None


def _jpeg(content: bytes) -> tuple[int, int] | None:
    """The measures in the first frame header (ITU-T T.81 section B.2.2)."""
    position = 2
    for _ in range(_JPEG_SEGMENTS):
        if position + 9 > len(content) or content[position] != 0xFF:
            return None
        marker = content[position + 1]
        if 0xC0 <= marker <= 0xCF and marker not in _NOT_FRAMES:
            height = int.from_bytes(content[position + 5 : position + 7], "big")
            return int.from_bytes(content[position + 7 : position + 9], "big"), height
        position += 2 + int.from_bytes(content[position + 2 : position + 4], "big")
    return None
