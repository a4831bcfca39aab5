"""Steps of somebody who comes in: link, password, codes of an app that goes by the test's clock."""

from dataclasses import dataclass
from datetime import datetime

from passlib.totp import TOTP

from intake.models import Role, StaffMember
from intake.staff.accounts import StaffAction, account_of, add_account, reset_account
from intake.staff.actor import COMMAND_LINE
from intake.web import KEY, Installation
from tests.page import Page, PageClient

PASSWORD = "marble lantern tractor violin"


@dataclass
class App:
    """An authenticator app that holds one key."""

    key: str

    def code(self, now: datetime) -> str:
        """What it shows at *now*."""
        return str(TOTP(key=self.key).generate(time=now).token)


def house(client: PageClient) -> Installation:
    """What the client's application was made with."""
    found: Installation = client.app.extensions[KEY]
    return found


def invited(client: PageClient, role: Role = Role.OWNER, email: str = "ana@clinic.example") -> str:
    """The address of a one-time link for a new account."""
    place = house(client)
    with place.database.writing() as session:
        by = StaffAction(COMMAND_LINE, "test", place.clock())
        _, token = add_account(session, "riverside", email=email, name="Ana", role=role, by=by)
    return f"/admin/welcome/{token}"


def reset(
    client: PageClient, *, second_factor: bool = False, email: str = "ana@clinic.example"
) -> str:
    """The address of a new one-time link for the account."""
    place = house(client)
    with place.database.writing() as session:
        by = StaffAction(COMMAND_LINE, "test", place.clock())
        member = account_of(session, "riverside", email)
        token = reset_account(session, member, by=by, second_factor=second_factor)
    return f"/admin/welcome/{token}"


def begin_behind_link(client: PageClient, link: str, password: str = PASSWORD) -> Page:
    """Choose a password behind a link; returns where that leads."""
    return followed(client, client.send(link, {"password": password, "again": password}))


def set_up_app(client: PageClient) -> App:
    """Set up an app on the page that asks for one, and come in with its first code."""
    page = client.send("/admin/account/second-factor", {"setup": "authenticator"})
    app = App(page.soup.select_one("[data-key]").get_text())
    token = page.value("csrf_token")
    client.post(
        "/admin/sign-in/code", {"csrf_token": token, "code": app.code(house(client).clock())}
    )
    return app


def come_in_first(client: PageClient, role: Role = Role.OWNER) -> App:
    """All of the first sign-in, but the recovery codes."""
    begin_behind_link(client, invited(client, role))
    return set_up_app(client)


def recovery_codes(client: PageClient) -> list[str]:
    """Make new ones."""
    page = client.send("/admin/account/recovery-codes", {"generate_new_codes": "1"})
    return [code.get_text() for code in page.soup.select(".codes code")]


def sign_in(
    client: PageClient, email: str = "ana@clinic.example", password: str = PASSWORD, way: str = ""
) -> Page:
    """Give email and password; returns the answer."""
    return client.send(f"/admin/sign-in{way}", {"email": email, "password": password})


def sign_out(client: PageClient) -> Page:
    """Press the button in the header."""
    return client.send("/admin/account", to="/admin/sign-out")


def followed(client: PageClient, page: Page) -> Page:
    """The page that an answer leads to."""
    return client.get(page.response.location) if page.status in {302, 303} else page


def account(client: PageClient, email: str = "ana@clinic.example") -> StaffMember:
    """The account as it stands in the database."""
    with house(client).database.reading() as session:
        member = session.query(StaffMember).filter_by(email=email).one()
        session.expunge(member)
    return member


def is_in(client: PageClient) -> bool:
    """Whether the browser is signed in."""
    return client.get("/admin/account").status == 200
