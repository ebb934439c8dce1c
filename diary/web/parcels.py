"""A parcel on its way out, as a zip file."""

import tempfile

from flask import Response, request
from werkzeug.wsgi import wrap_file

from diary.portability import takeout
from diary.text.plain import slug
from diary.web.rendering import diary_site
from diary.web.session import commit_now, now, services, today


def as_zip(parcel: takeout.Parcel, readme: str) -> Response:
    """The zip to save; commits, then makes it on the disk, one picture after another."""
    name = f"{slug(diary_site().title, 40) or 'diary'}-{today()}.zip"
    commit_now()
    # The answer closes it, and with that it is gone.
    file = tempfile.TemporaryFile()  # noqa: SIM115
    try:
        takeout.write(file, parcel, services().store, readme, now())
    except BaseException:
        file.close()
        raise
    length = file.tell()
    file.seek(0)
    answer = Response(
        wrap_file(request.environ, file), mimetype="application/zip", direct_passthrough=True
    )
    answer.content_length = length
    answer.headers.set("Content-Disposition", "attachment", filename=name)
    return answer
