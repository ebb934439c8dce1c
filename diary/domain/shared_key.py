"""Several servers on one database have one secret key: sessions, throttles, cards and the links in
letters hang on it."""

import hashlib
import hmac

from sqlalchemy.orm import Session

from diary.domain.errors import OtherKey
from diary.domain.settings import put
from diary.queries.site import site


def hold(session: Session, secret: str, *, anew: bool = False) -> None:
    """Note by what the diary's key is known, once or `anew`; raises OtherKey for another one.

    That tells nobody the key: it is long and random.
    """
    mark = hmac.digest(secret.encode(), b"which key this is", hashlib.sha256).hex()
    known = site(session).key_mark
    if known and known != mark and not anew:
        raise OtherKey
    if known != mark:
        put(session, {"key_mark": mark})
