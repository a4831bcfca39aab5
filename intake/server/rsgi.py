"""What we use of granian's interface to applications (RSGI 1.6), as types."""

from collections.abc import AsyncIterator
from typing import Protocol


class RequestHeaders(Protocol):
    """The headers of a request; names in small letters, and a name as often as it was sent."""

    def __contains__(self, key: str) -> bool: ...

    def get(self, key: str) -> str | None: ...

    def items(self) -> list[tuple[str, str]]: ...


class Scope(Protocol):
    """A request, without its body."""

    http_version: str
    server: str
    client: str
    scheme: str
    method: str
    path: str
    query_string: str

    @property
    def headers(self) -> RequestHeaders: ...


class Exchange(Protocol):
    """The body that comes, and the answer that goes: one of these methods, once."""

    def __aiter__(self) -> AsyncIterator[bytes]: ...

    def response_empty(self, status: int, headers: list[tuple[str, str]]) -> None: ...

    def response_str(self, status: int, headers: list[tuple[str, str]], body: str) -> None: ...

    def response_bytes(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None: ...
