"""The ports that a command listens on."""

import socket

from diary.config import SettingsError


def see_that_it_is_free(host: str, port: int, setting: str) -> None:
    """Raises SettingsError, which names the setting, if nobody can listen there."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        socket.create_server((host, port), family=family).close()
    except OSError as error:
        reason = str(error.strerror).partition(" (")[0]  # Python adds the address
        raise SettingsError(
            f"Port {port} on {host} cannot be used ({reason}); "
            f"stop what runs there or set {setting} to another one."
        ) from error
