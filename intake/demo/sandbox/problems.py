"""Errors of Google's shape."""

from typing import Any

STATUSES = {
    400: "INVALID_ARGUMENT",
    401: "UNAUTHENTICATED",
    403: "PERMISSION_DENIED",
    404: "NOT_FOUND",
    409: "ABORTED",
    429: "RESOURCE_EXHAUSTED",
    500: "INTERNAL",
    501: "UNIMPLEMENTED",
    503: "UNAVAILABLE",
}


class GoogleError(Exception):
    """An answer other than success."""

    def __init__(
        self,
        code: int,
        message: str,
        *,
        retry_after: int | None = None,
        details: list[dict[str, Any]] | None = None,
    ) -> None:
        super().__init__(message)
        self.code, self.retry_after, self.details = code, retry_after, details

    def body(self) -> dict[str, Any]:
        """Return the JSON that Google sends with it."""
        error = {
            "code": self.code,
            "message": str(self),
            "status": STATUSES.get(self.code, "UNKNOWN"),
        }
        return {"error": error | ({"details": self.details} if self.details else {})}


def refused(message: str) -> GoogleError:
    """400 INVALID_ARGUMENT."""
    return GoogleError(400, message)


def is_protected(code: int = 400) -> GoogleError:
    """Return the error for a cell that is protected against the writer."""
    return GoogleError(
        code,
        "You are trying to edit a protected cell or object. Please contact the spreadsheet owner "
        "to remove protection if you need to edit.",
    )


def not_found() -> GoogleError:
    """404 NOT_FOUND."""
    return GoogleError(404, "Requested entity was not found.")


def not_shared() -> GoogleError:
    """403 PERMISSION_DENIED."""
    return GoogleError(403, "The caller does not have permission")


def token_ran_out() -> GoogleError:
    """401 UNAUTHENTICATED."""
    return GoogleError(401, "Request had invalid authentication credentials.")


def not_here(what: str) -> GoogleError:
    """501: Google knows it, this stand-in does not, and does not pretend."""
    return GoogleError(501, f"The sandbox does not implement {what}.")


def internal() -> GoogleError:
    """500, as Google has it from time to time."""
    return GoogleError(500, "Internal error encountered.")


def quota_exceeded(retry_after: int | None) -> GoogleError:
    """429 as Google words it when there were too many writes in a minute."""
    message = (
        "Quota exceeded for quota metric 'Write requests' and limit 'Write requests per minute per "
        "user' of service 'sheets.googleapis.com' for consumer 'project_number:0'."
    )
    info = {
        "@type": "type.googleapis.com/google.rpc.ErrorInfo",
        "reason": "RATE_LIMIT_EXCEEDED",
        "domain": "googleapis.com",
        "metadata": {
            "quota_limit": "WriteRequestsPerMinutePerUser",
            "quota_limit_value": "60",
            "quota_location": "global",
            "quota_metric": "sheets.googleapis.com/write_requests",
            "service": "sheets.googleapis.com",
            "consumer": "projects/0",
        },
    }
    return GoogleError(429, message, retry_after=retry_after, details=[info])
