"""An application in this process with something in every room, and a door into it that does not
fall shut.

What is sent ends sessions, throttles and takes accounts back: without coming in again, most of it
would not be read.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import delete, select

from intake.consent.token import THIS_ADDRESS, link_token
from intake.models import Lead, Purpose, QueueRow, Role, SignInAttempt, Status
from intake.privacy.breaches import BreachReport, record_breach
from intake.staff.actor import COMMAND_LINE
from intake.staff.invite import invite
from intake.staff.sessions import begin
from tests.factories import staff
from tests.fuzz.door import Answer, forms_of, paths_of
from tests.page import PageClient

OUTSIDE = ("/admin/sign-in", "/admin/welcome")
"""Pages for whoever is not signed in."""
COUNTED = ("/admin/sign-in", "/admin/verify", "/admin/account/password")
"""Pages on which tries are counted."""
LEAVING = {"security.logout"}
"""After this nothing more would be seen of the desk."""
LAST = ("/choices", "/restrict", "/erase", "/end", "/reset", "/retention")
"""What changes so much that little else can be done afterwards."""
FAX = BreachReport(
    date(2026, 11, 11),
    "disclosed",
    ("knowing",),
    12,
    "names",
    "A list was faxed",
    "Asked to shred it",
    False,
)


class Place:
    """Its door, its addresses, its forms, and what stands in its addresses."""

    def __init__(self, client: PageClient) -> None:
        self.client, self.house = client, client.house
        client.submit(email="ana@example.com", agree_news="y")
        client.submit(name="Bo Ek", website="a machine")
        self.known = self._furnished()
        client.post(f"/consent/{self.known['consent.token']}/choices", {"stop": Purpose.NEWS})
        self.rules = [
            rule for rule in client.desk.url_map.iter_rules() if rule.endpoint not in LEAVING
        ]
        self._come_in()
        forms = [
            form
            for form in forms_of(self, paths_of(self.rules, self.known))
            if "/sign-out" not in form.action
        ]
        self.forms = sorted(forms, key=lambda form: any(word in form.action for word in LAST))

    def __call__(
        self, method: str, path: str, query: Any, form: Mapping[str, Any] | None
    ) -> Answer:
        """Send it: from outside where somebody comes in, else as the owner."""
        if path.startswith(COUNTED):
            with self.house.database.writing() as session:
                session.execute(delete(SignInAttempt))
        answer = self._sent(method, path, query, form)
        if dict(answer.headers).get("Location", "").startswith(COUNTED) and not path.startswith(
            COUNTED
        ):
            self._come_in()
            answer = self._sent(method, path, query, form)
        return answer

    def _sent(self, method: str, path: str, query: Any, form: Mapping[str, Any] | None) -> Answer:
        with self.client.http.session_transaction("/admin/") as cookie:
            cookie.clear()
            cookie.update(self.outside if path.startswith(OUTSIDE) else self.inside)
        raw = {"QUERY_STRING": query} if isinstance(query, str) else {}
        sent: dict[str, Any] = {"environ_overrides": raw} if raw else {"query_string": query}
        with self.client.http.open(path, method=method, data=form, **sent) as answer:
            return Answer(answer.status_code, list(answer.headers), answer.get_data(as_text=True))

    def _come_in(self) -> None:
        """As somebody new: the one before may have been ended. Forms keep the token that they were
        shown with.
        """
        member = self.client.sign_in(Role.OWNER)
        with self.house.database.writing() as session:
            begin(
                session, member, browser="Firefox", network="192.0.2.0/24", now=self.house.clock()
            )
        if not hasattr(self, "inside"):
            self.client.get("/admin/account")
        with self.client.http.session_transaction("/admin/") as cookie:
            self.outside = getattr(self, "outside", None) or {"csrf_token": cookie["csrf_token"]}
            self.inside = {**cookie, **self.outside}

    def _furnished(self) -> dict[str, str]:
        """Put something into each room; what stands in its address, by room and blank."""
        present = self.house.clock()
        with self.house.database.writing() as session:
            ana, _ = session.scalars(select(Lead).order_by(Lead.id))
            session.add(
                QueueRow(
                    lead_id=ana.id, status=Status.BOOKED, sheet_status="Booked", status_at=present
                )
            )
            breach = record_breach(
                session, self.house.clinic, FAX, COMMAND_LINE, endpoint="test", now=present
            )
            new = staff(session, Role.FRONT_DESK, password=None)
            return {
                "ref": ana.ref,
                "consent.token": link_token(ana),
                "consent.code": link_token(ana, THIS_ADDRESS),
                "callback.token": ana.token,
                "welcome.token": invite(new, now=present),
                "breaches.number": breach.number,
                "breaches.year": "2026",
                "staff.number": str(new.id),
                "filename": "app.css",
            }
