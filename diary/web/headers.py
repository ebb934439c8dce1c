"""What every answer tells the browser to keep it safe."""

from flask import Flask, Response

from diary.web.session import A_YEAR, services

OWN = ("script", "style", "font", "connect", "manifest", "worker")
POLICY = "; ".join(
    [
        "default-src 'none'",
        *(f"{kind}-src 'self'" for kind in OWN),
        # Photos and films chosen on the writing page are shown there before they are sent.
        "img-src 'self' blob:%s",
        "media-src blob:",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    ]
)
FEATURES = ("camera", "geolocation", "microphone", "payment", "usb", "browsing-topics")
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": ", ".join(f"{feature}=()" for feature in FEATURES),
    "Cross-Origin-Opener-Policy": "same-origin",
}


def init_app(app: Flask) -> None:
    """Send the headers with every answer, those of mistakes included."""

    @app.after_request
    def add(response: Response) -> Response:
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        outside = services().settings.pictures_url
        policy = POLICY % (f" {outside}/" if outside else "")
        response.headers.setdefault("Content-Security-Policy", policy)
        if services().settings.https:
            response.headers["Strict-Transport-Security"] = f"max-age={A_YEAR.total_seconds():.0f}"
        if services().settings.demo:
            response.headers["X-Robots-Tag"] = "noindex"
        return response
