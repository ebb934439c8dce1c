"""The journey: calendar, years and months, filters."""

from flask import Blueprint

blueprint = Blueprint("journey", __name__)
