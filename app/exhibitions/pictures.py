"""Makes the copies that visitors see. What was sent never reaches a browser: a copy is pixels drawn anew, and nothing else.

No EXIF (a camera writes where a picture was taken), no colour profile, no comment; turned as the camera held it.
"""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import BinaryIO

from PIL import Image, ImageFile, ImageOps

LARGE, SMALL = 1600, 480  # longest side in pixels
MOST_PIXELS = {"JPEG": 60_000_000, "PNG": 30_000_000}  # a JPEG is shrunk while it is read, a PNG is unpacked whole
QUALITY = 84


class NotAPicture(Exception):
    """No copy can be made; the word tells why: broken, huge."""


@dataclass(frozen=True)
class Copies:
    large: bytes
    small: bytes
    width: int
    height: int


def copies(stream: BinaryIO) -> Copies:
    """Return both copies as JPEG. Raises NotAPicture."""
    try:
        with _strictly():
            return _copies(stream)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning, MemoryError) as fault:
        raise NotAPicture("huge") from fault
    except (OSError, SyntaxError, ValueError, EOFError, ArithmeticError) as fault:
        raise NotAPicture("broken") from fault


@contextmanager
def _strictly() -> Iterator[None]:
    """Refuse bombs and pictures that were cut off: what draws our papers makes the whole process lenient, so it is asked anew."""
    lenient = ImageFile.LOAD_TRUNCATED_IMAGES
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            yield
    finally:
        ImageFile.LOAD_TRUNCATED_IMAGES = lenient


def _copies(stream: BinaryIO) -> Copies:
    with Image.open(stream, formats=list(MOST_PIXELS)) as image:
        if image.width * image.height > MOST_PIXELS[image.format or "PNG"]:
            raise NotAPicture("huge")
        image.draft("RGB", (LARGE, LARGE))
        turned = ImageOps.exif_transpose(image) or image
        turned.thumbnail((LARGE, LARGE), Image.Resampling.LANCZOS, reducing_gap=2.0)
        large = _only_pixels(turned)
    small = large.copy()
    small.thumbnail((SMALL, SMALL), Image.Resampling.LANCZOS)
    return Copies(_jpeg(large), _jpeg(small), large.width, large.height)


def _only_pixels(image: Image.Image) -> Image.Image:
    """Return the picture on white, without anything the file said besides its pixels."""
    clean = Image.new("RGB", image.size, (255, 255, 255))
    if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        seen = image.convert("RGBA")
        clean.paste(seen, mask=seen.getchannel("A"))
    else:
        clean.paste(image.convert("RGB"))
    return clean


def _jpeg(image: Image.Image) -> bytes:
    out = io.BytesIO()
    image.save(out, "JPEG", quality=QUALITY, optimize=True, progressive=True)
    return out.getvalue()
