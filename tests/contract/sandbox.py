"""The house's own sandbox as a stand-in of the contract."""

from typing import Any

from intake.demo.sandbox import batch, ranges
from tests.contract.stand import Request, Stand
from tests.demo.sandbox.running import RunningSandbox

FOR_GOOD = 10_000  # calls


class SandboxStand(Stand):
    """Staff and faults through the addresses of its page, what it holds from its workbook."""

    def __init__(self, sandbox: RunningSandbox) -> None:
        self._sandbox = sandbox
        access = sandbox.access
        self.credentials, self.spreadsheet_id = access.credentials, access.spreadsheet_id

    def values(self, tab: str = "Queue", *, shown: bool = False) -> list[list[Any]]:
        state = self._sandbox.workbook.state
        area = ranges.of_indexes(state, {"sheetId": self.tabs()[tab]})
        found: list[list[Any]] = ranges.read(
            area, {"valueRenderOption": "FORMATTED_VALUE" if shown else "UNFORMATTED_VALUE"}
        ).get("values", [])
        return found

    def tabs(self) -> dict[str, int]:
        sheets = self._sandbox.workbook.state["sheets"]
        return {sheet["properties"]["title"]: sheet["properties"]["sheetId"] for sheet in sheets}

    def type_in(self, row: int, column: int, value: Any, tab: str = "Queue") -> None:
        self._sandbox.staff("edit", tab=tab, row=row, column=column, value=value)

    def sort(self, column: int, *, descending: bool = False) -> None:
        self._sandbox.staff(
            "sort", column=column, order="DESCENDING" if descending else "ASCENDING"
        )

    def change(self, *requests: Request) -> None:
        self._sandbox.workbook.change(lambda state: batch.apply(state, list(requests)))

    def share(self, role: str) -> None:
        self._sandbox.call("DELETE", "/sandbox/faults")
        if role != "writer":
            self._sandbox.fault("403", FOR_GOOD, match="/v4/" if role == "none" else ":batchUpdate")

    def fault(
        self,
        kind: str,
        times: int = 1,
        *,
        match: str = ":batchUpdate",
        retry_after: int | None = None,
    ) -> None:
        wanted = {} if retry_after is None else {"retry_after": retry_after}
        self._sandbox.fault(kind, times, match=match, **wanted)

    def clear(self) -> None:
        self._sandbox.clear()

    def paths(self) -> list[str]:
        return [
            call["path"] for call in self._sandbox.calls() if self.spreadsheet_id in call["path"]
        ]

    def formulas(self) -> int:
        cells = (
            cell
            for tab in self._sandbox.workbook.state["sheets"]
            for row in tab["rows"]
            for cell in row
        )
        return sum("formulaValue" in cell.get("userEnteredValue", {}) for cell in cells)
