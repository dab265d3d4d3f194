"""A photo as it may be stored: upright, not larger than needed, without anything the camera wrote into it.

Where and when it was taken is read first and handed back as facts; the stored copy says neither.
"""

import io
import math
import struct
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from PIL import Image, ImageOps, UnidentifiedImageError

SHANGHAI = ZoneInfo("Asia/Shanghai")
THUMBNAIL = (320, 320)
EXIF, GPS = 0x8769, 0x8825
TAKEN, TAKEN_OFFSET = 0x9003, 0x9011
BROKEN = (
    UnidentifiedImageError,
    OSError,
    SyntaxError,
    ValueError,
    struct.error,
    Image.DecompressionBombError,
    Image.DecompressionBombWarning,
)
# What tags can do that a careless camera or a stranger wrote: they are then as good as missing.
MEANINGLESS = (
    AttributeError,
    IndexError,
    KeyError,
    SyntaxError,
    TypeError,
    ValueError,
    ZeroDivisionError,
    struct.error,
)


class BrokenPhoto(ValueError):
    """The bytes begin like a photo and cannot be read as one."""


class TooManyPixels(ValueError):
    """More pixels than may be unpacked in memory."""


@dataclass(frozen=True)
class Photo:
    data: bytes
    thumbnail: bytes
    content_type: str
    facts: Mapping[str, Any] = field(default_factory=dict)


def read_photo(data: bytes, *, longest: int, most_pixels: int) -> Photo:
    """Raises BrokenPhoto or TooManyPixels. `longest` is the longer side of the stored copy in pixels."""
    try:
        with Image.open(io.BytesIO(data)) as image:
            if image.width * image.height > most_pixels:
                raise TooManyPixels
            facts = _facts(image)
            clean = _clean(image, longest)
    except TooManyPixels:
        raise
    except BROKEN as problem:
        raise BrokenPhoto from problem
    as_png = clean.mode == "RGBA"
    small = clean.copy()
    small.thumbnail(THUMBNAIL)
    facts |= {"width": clean.width, "height": clean.height}
    return Photo(_packed(clean), _packed(small), "image/png" if as_png else "image/jpeg", facts)


def _clean(image: Image.Image, longest: int) -> Image.Image:
    """Upright pixels only: a new image carries no EXIF, no XMP, no comment."""
    try:
        upright = ImageOps.exif_transpose(image)
    except MEANINGLESS:
        upright = image
    is_transparent = "transparency" in upright.info or upright.mode in ("RGBA", "LA", "PA")
    pixels = upright.convert("RGBA" if is_transparent else "RGB")
    pixels.thumbnail((longest, longest), Image.Resampling.LANCZOS)
    pixels.info.clear()
    return pixels


def _packed(image: Image.Image) -> bytes:
    out = io.BytesIO()
    if image.mode == "RGBA":
        image.save(out, "PNG", optimize=True)
    else:
        image.save(out, "JPEG", quality=85, optimize=True)
    return out.getvalue()


def _facts(image: Image.Image) -> dict[str, Any]:
    try:
        exif = image.getexif()
        taken, place = _taken_at(exif.get_ifd(EXIF)), _place(exif.get_ifd(GPS))
    except MEANINGLESS:
        return {}
    return ({"taken_at": taken} if taken else {}) | place


def _taken_at(tags: Mapping[int, Any]) -> str:
    """Cameras write the local time; the offset only where they know it."""
    try:
        local = datetime.strptime(str(tags[TAKEN]).strip("\0 "), "%Y:%m:%d %H:%M:%S").replace(tzinfo=SHANGHAI)
    except (KeyError, ValueError):
        return ""
    try:
        return datetime.fromisoformat(f"{local:%Y-%m-%dT%H:%M:%S}{str(tags[TAKEN_OFFSET]).strip()}").isoformat()
    except (KeyError, ValueError):
        return local.isoformat()


def _place(tags: Mapping[int, Any]) -> dict[str, float]:
    """Degrees, north and east positive, to five digits (about a metre); nothing where a tag makes no sense."""
    try:
        lat, lon = _degrees(tags[2], tags[1], "S"), _degrees(tags[4], tags[3], "W")
    except (KeyError, TypeError, ValueError, ZeroDivisionError):
        return {}
    known = math.isfinite(lat) and math.isfinite(lon) and abs(lat) <= 90 and abs(lon) <= 180
    return {"lat": round(lat, 5), "lon": round(lon, 5)} if known else {}


def _degrees(parts: Any, side: Any, negative: str) -> float:
    degrees, minutes, seconds = (float(part) for part in parts)
    value = degrees + minutes / 60 + seconds / 3600
    return -value if str(side).strip("\0 ").upper() == negative else value
