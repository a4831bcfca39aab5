"""Errors of Google's shape."""

STATUSES = {
    400: "INVALID_ARGUMENT", 401: "UNAUTHENTICATED", 403: "PERMISSION_DENIED", 404: "NOT_FOUND",
    429: "RESOURCE_EXHAUSTED", 500: "INTERNAL", 501: "UNIMPLEMENTED", 503: "UNAVAILABLE",
}  # fmt: skip


class GoogleError(Exception):
    """An answer other than success."""

    def __init__(self, code: int, message: str, *, retry_after: int | None = None) -> None:
        super().__init__(message)
        self.code, self.retry_after = code, retry_after

    def body(self) -> dict[str, object]:
        """The JSON that Google sends with it."""
        return {"error": {"code": self.code, "message": str(self), "status": STATUSES[self.code]}}


def refused(message: str) -> GoogleError:
    """400 INVALID_ARGUMENT."""
    return GoogleError(400, message)


def not_here(what: str) -> GoogleError:
    """501: Google knows it, this stand-in does not, and does not pretend."""
    return GoogleError(501, f"The sandbox does not implement {what}.")
