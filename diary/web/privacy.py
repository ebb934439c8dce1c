"""Somebody's data: found by name, taken out, forgotten."""

from flask import Blueprint

blueprint = Blueprint("privacy", __name__)
