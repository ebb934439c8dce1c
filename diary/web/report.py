"""The funder's report: as page, as table, in print, and frozen once handed in."""

from flask import Blueprint

blueprint = Blueprint("report", __name__)
