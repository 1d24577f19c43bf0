"""QR codes (ISO/IEC 18004) of short texts, drawn as SVG: byte mode, error correction level M, versions 1 to 10."""

from osler.render.qr.draw import qr_code
from osler.render.qr.matrix import TooLong, modules

__all__ = ["TooLong", "modules", "qr_code"]
