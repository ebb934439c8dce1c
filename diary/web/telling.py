"""What to tell writers without e-mail, and readers asked for a language."""

from flask import Blueprint

blueprint = Blueprint("telling", __name__)
