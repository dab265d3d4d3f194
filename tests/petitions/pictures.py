"""Files as phones make them, built byte by byte: small, and with exactly what a test needs in them."""

import io

from PIL import Image

GPS_TAG, EXIF_TAG = 0x8825, 0x8769


def a_photo(
    *, size=(64, 48), place: tuple | None = None, taken: str = "", form: str = "JPEG", mode: str = "RGB"
) -> bytes:
    """A grey picture; `place` is ((deg, min, sec), "N", (deg, min, sec), "E"), `taken` "2026:11:20 15:02:00"."""
    image, exif, out = Image.new(mode, size, 128), Image.Exif(), io.BytesIO()
    if place:
        lat, north, lon, east = place
        exif.get_ifd(GPS_TAG).update({1: north, 2: lat, 3: east, 4: lon})
    if taken:
        exif.get_ifd(EXIF_TAG)[0x9003] = taken
    exif[0x010E] = "my secret garden"
    image.save(out, form, exif=exif)
    return out.getvalue()


def box(kind: bytes, content: bytes) -> bytes:
    return (8 + len(content)).to_bytes(4) + kind + content


def a_film(*, place: bytes = b"+31.2304+121.4737/") -> bytes:
    """The boxes of a phone's MP4; the place stands in the film's description."""
    described = box(b"moov", box(b"udta", box(b"\xa9xyz", len(place).to_bytes(2) + b"\x15\xc7" + place)))
    return box(b"ftyp", b"mp42\0\0\0\0mp42isom") + described + box(b"mdat", b"+31.2304+121.4737/" + bytes(64))
