"""The whole way of a picture on a real S3 server: in, out, shared with a public bucket, gone."""

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session, sessionmaker

from diary.cli.minding import Minding
from diary.config import Settings
from diary.domain import erasures, errands, recall
from diary.domain.forgetting import drop_files
from diary.media.storage import Storage, StorageAway, open_storage
from diary.models import Account, Errand, Picture, Post, PublicFile, Rendition, begin_writing
from diary.queries import public_files
from tests.buckets import Seaweed, fetched
from tests.builders import a_picture_of, a_post, published
from tests.conftest import Browser


@pytest.fixture
def settings(settings: Settings, bucket: str, seaweed: Seaweed) -> Settings:
    """A diary whose pictures lie in a bucket, and whose public ones in another, open to all."""
    public = seaweed.address("open")
    place = public.partition("?")[0].removeprefix("s3://")
    return replace(
        settings,
        storage_url=bucket,
        pictures_storage_url=public,
        pictures_url=f"{seaweed.endpoint}/{place}",
    )
