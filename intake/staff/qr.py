"""The picture that an authenticator app reads, as a path that a page can draw: no image file."""

from dataclasses import dataclass

from qrcode import QRCode


@dataclass(frozen=True)
class Picture:
    """Dark squares of one unit, in a square of *size* units with its quiet border."""

    size: int
    path: str


def picture_of(text: str) -> Picture:
    """*text* as a QR code."""
    code = QRCode()
    code.add_data(text)
    rows = code.get_matrix()
    dark = (
        f"M{x} {y}h1v1h-1z"
        for y, row in enumerate(rows)
        for x, is_dark in enumerate(row)
        if is_dark
    )
    return Picture(len(rows), "".join(dark))
