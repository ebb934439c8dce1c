""" "This is me, please take it down": the public form, its receipt page, and recalling."""

from flask import Blueprint

blueprint = Blueprint("objections", __name__)
