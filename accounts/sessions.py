"""Sessions in the database."""

from django.contrib.sessions.backends import db


class SessionStore(db.SessionStore):
    def _validate_session_key(self, key: str | None) -> bool:
        """A cookie can hold a NUL, which PostgreSQL refuses to look for."""
        return super()._validate_session_key(key) and str(key).isalnum()
