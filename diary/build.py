"""Which build of the program this is."""

import hashlib
from pathlib import Path


def _build() -> str:
    package = Path(__file__).resolve().parent
    served = {".py", ".html", ".css", ".js", ".mo", ".md", ".svg", ".png", ".woff2"}
    found = (path for path in package.rglob("*") if path.suffix in served)
    digest = hashlib.sha256()
    for path in sorted(path for path in found if "demo" not in path.parts):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


BUILD = _build()
"""Changes whenever the program or its templates do, so that no old page is taken for new."""
