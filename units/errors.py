"""What can go wrong in the domain. `cnscd_portal` maps each to one HTTP status."""


class DomainError(Exception):
    """Carries a sentence for the person who caused it, in their language."""

    status = 400

    def __init__(self, message: str):
        super().__init__(message)
        self.message = message


class NotAllowed(DomainError):
    """The caller sees the thing, but lacks the right."""

    status = 403


class NotPossibleNow(DomainError):
    """The step does not fit the present state: locked, not open, already done."""

    status = 409


class StaleEdit(NotPossibleNow):
    """Somebody else saved first. `theirs` holds the values that stand now."""

    def __init__(self, message: str, *, theirs: dict[str, int | None]):
        super().__init__(message)
        self.theirs = theirs


class InvalidFigures(DomainError):
    """Some figures were refused: `errors` maps an indicator's code to the reasons."""

    status = 422

    def __init__(self, message: str, *, errors: dict[str, list[str]]):
        super().__init__(message)
        self.errors = errors


class InvalidEntry(DomainError):
    """What somebody typed of one thing was refused: `errors` maps a key to the reasons."""

    status = 422

    def __init__(self, message: str, *, errors: dict[str, list[str]]):
        super().__init__(message)
        self.errors = errors


class FileRefused(DomainError):
    """A file that somebody uploaded cannot be taken in; nothing of it was stored."""

    status = 422
