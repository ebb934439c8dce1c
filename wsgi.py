"""The diary as `wsgi:app`, for those who bring a WSGI server of their own."""

from diary.app import create_app

app = create_app()
