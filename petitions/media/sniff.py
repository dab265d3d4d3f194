"""The type of a file by its first bytes. Names and the browser's word for it prove nothing."""

from dataclasses import dataclass

HEAD = 32  # bytes that are looked at


@dataclass(frozen=True)
class FileType:
    """`family` decides limits and treatment: photo, audio, video, pdf, or heic (a photo that browsers cannot show)."""

    content_type: str
    family: str


STARTS = (
    (b"\xff\xd8\xff", FileType("image/jpeg", "photo")),
    (b"\x89PNG\r\n\x1a\n", FileType("image/png", "photo")),
    (b"GIF87a", FileType("image/gif", "photo")),
    (b"GIF89a", FileType("image/gif", "photo")),
    (b"%PDF-", FileType("application/pdf", "pdf")),
    (b"ID3", FileType("audio/mpeg", "audio")),
    (b"\xff\xfb", FileType("audio/mpeg", "audio")),
    (b"\xff\xf3", FileType("audio/mpeg", "audio")),
    (b"\xff\xf2", FileType("audio/mpeg", "audio")),
    (b"\xff\xf1", FileType("audio/aac", "audio")),
    (b"\xff\xf9", FileType("audio/aac", "audio")),
    (b"#!AMR", FileType("audio/amr", "audio")),
    (b"OggS", FileType("audio/ogg", "audio")),
    (b"\x1aE\xdf\xa3", FileType("video/webm", "video")),
)
RIFF = {b"WEBP": FileType("image/webp", "photo"), b"WAVE": FileType("audio/wav", "audio")}
# ISO media files name their brand behind "ftyp".
BRANDS = (
    ((b"M4A ", b"M4B "), FileType("audio/mp4", "audio")),
    ((b"heic", b"heix", b"hevc", b"mif1", b"msf1", b"avif"), FileType("image/heic", "heic")),
    ((b"qt  ",), FileType("video/quicktime", "video")),
    ((b"3gp4", b"3gp5", b"3gp6", b"3g2a"), FileType("video/3gpp", "video")),
)
MP4 = FileType("video/mp4", "video")


def sniff(head: bytes) -> FileType | None:
    """The type of a file that begins like this; None for anything that is not taken in."""
    if head[:4] == b"RIFF":
        return RIFF.get(head[8:12])
    if head[4:8] == b"ftyp":
        return next((kind for brands, kind in BRANDS if head[8:12] in brands), MP4)
    return next((kind for start, kind in STARTS if head.startswith(start)), None)
