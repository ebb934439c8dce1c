"""The tests; a package, as flask-websub installs one of the same name that would win otherwise."""
