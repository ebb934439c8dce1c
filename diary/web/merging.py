"""Merging, splitting, retiring and archiving places, ways of working and persons."""

from flask import Blueprint

blueprint = Blueprint("merging", __name__)
