"""Hash a PDF's streams, the same whether they are about to be written or read back."""

import hashlib
import zlib


def stream_hash(body: bytes, compressed: bool) -> str:
    """Hash a stream by its content.

    Args:
        body: as it stands in the file.
        compressed: whether that is deflated; how hard it was must not matter.
    """
    return hashlib.sha256(zlib.decompress(body) if compressed else body).hexdigest()
