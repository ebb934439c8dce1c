"""Whether who is seen in a picture has said yes: decisions, standing yeses, blurring."""

from flask import Blueprint

blueprint = Blueprint("consents", __name__)
