"""Columns that the clinic file no longer asks for: nobody may keep what stands in them, health
details above all.
"""

from collections.abc import Iterator

from intake.config import Clinic
from intake.sheet.queue.cells import Request
from intake.sheet.queue.columns import COLUMN_KEY, EXTRA, Layout, Owner, queue_columns
from intake.sheet.shape.difference import Difference, Found, whole_column


def unwanted_columns(layout: Layout, clinic: Clinic) -> dict[str, str]:
    """Return a sentence for each bound column of the pipeline that is no longer wanted, by its
    tag.
    """
    wanted = {column.tag for column in queue_columns(clinic.queue)}
    titles = {column.tag: column.title for column in EXTRA}
    ours = (
        tag for tag in layout.places if tag.startswith(f"{Owner.PIPELINE}:") and tag not in wanted
    )
    return {
        tag: f"The column {titles.get(tag, tag)} is no longer asked for (queue.extra_columns) "
        "and still holds what was "
        "written there; “intake sheet setup” empties it."
        for tag in ours
    }


def unwanted_differences(found: Found, clinic: Clinic) -> Iterator[Difference]:
    """Yield the columns that are no longer wanted. A person empties them with “intake sheet setup”:
    a slip in the clinic file must not empty columns by itself.
    """
    for tag, sentence in unwanted_columns(found.layout, clinic).items():
        area = whole_column(found.layout.sheet_id, found.layout.places[tag])
        lookup = {"metadataKey": COLUMN_KEY, "metadataValue": tag, "locationType": "COLUMN"}
        requests: list[Request] = [
            {"updateCells": {"range": area, "fields": "userEnteredValue"}},
            {"deleteDeveloperMetadata": {"dataFilter": {"developerMetadataLookup": lookup}}},
        ]
        yield Difference(sentence, requests, is_ours=False)
