"""A post's revisions: who, when and why; editing somebody's words; corrections."""

from flask import Blueprint

blueprint = Blueprint("history", __name__)
