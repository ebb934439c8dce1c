"""Feeds."""

from flask import Blueprint

blueprint = Blueprint("feeds", __name__)
