"""writing."""

from flask import Blueprint

blueprint = Blueprint("writing", __name__)
