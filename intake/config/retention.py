"""How long what is kept: the clinic's own policy, with a least and a most for each (PIPEDA 4.5.2,
4.5.3).

Colleges ask for seven to ten years of a patient's chart; a request for a call is no chart, and what
was said of it goes into the chart when somebody becomes a patient. What proves consent outlives the
person's fields: under a reference, without a name.
"""

from typing import Annotated

from pydantic import Field

from intake.config.kinds import Part


class Retention(Part):
    """What `intake retention run` goes by; a request that is still open is never touched."""

    sheet_days: Annotated[int, Field(ge=1, le=365)] = 14
    """After closing, until the row leaves the sheet: Google keeps old versions of it longest."""
    requests_months: Annotated[int, Field(ge=1, le=120)] = 24
    """After closing, until the person's fields are erased: as long as an inquiry can lead to a
    patient.
    """
    consent_years: Annotated[int, Field(ge=3, le=20)] = 6
    """After the last agreement to emails ended, until the name that stands behind it goes. A
    complaint to the CRTC may come three years after it learned of a mail (CASL s. 23)."""
    held_days: Annotated[int, Field(ge=1, le=365)] = 30
    """Until what looked like a machine's request, and that nobody released, is erased."""
    sign_in_days: Annotated[int, Field(ge=1, le=365)] = 30
    """Until sign-ins that failed, and sessions that are over, are deleted."""
    backup_days: Annotated[int, Field(ge=0, le=400)] = 35
    """How long the clinic keeps its backups. Nothing here deletes those; a certificate of erasure
    says it.
    """
