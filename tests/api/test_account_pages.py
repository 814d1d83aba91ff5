"""People make the tokens by which their programs act, and end them."""

import re
from datetime import timedelta

from tests.api.office import Office, Visitor


def made(visitor: Visitor, **form: str) -> str:
    """Make a token on the page and read it."""
    page = visitor.post("/account/tokens", form, "/account").text
    found = re.search(r'<code class="token">(mcrm_[\w-]+)</code>', page)
    assert found is not None
    return found.group(1)


def answers(office: Office, token: str) -> bool:
    """Whether a program with this token is let in."""
    headers = {"Authorization": f"Bearer {token}"}
    return office.visitor().client.get("/api/equity", headers=headers).status_code == 200


def test_token_is_shown_once_and_opens(office: Office) -> None:
    """A token is shown when it is made, never again, and lets a program in until it expires."""
    visitor = office.visitor("peter")
    token = made(visitor, name="Nightly download", days="90")
    later = visitor.get("/account").text
    assert "Nightly download" in later
    assert token not in later
    assert answers(office, token)
    office.clock.advance(timedelta(days=91))
    assert not answers(office, token)


def test_ended_token_opens_nothing(office: Office) -> None:
    """Whoever ends a token shuts the program out at once."""
    visitor = office.visitor("peter")
    token = made(visitor)
    end = re.search(r'action="(/account/tokens/\w+/end)"', visitor.get("/account").text)
    assert end is not None
    visitor.post(end.group(1), page="/account")
    assert not answers(office, token)


def test_nobody_ends_anothers_token(office: Office) -> None:
    """A token's address in a stranger's hands does nothing."""
    visitor = office.visitor("peter")
    token = made(visitor)
    end = re.search(r'action="(/account/tokens/\w+/end)"', visitor.get("/account").text)
    assert end is not None
    office.visitor("helena").post(end.group(1), page="/account")
    office.visitor("helena").post("/account/tokens/none/end", page="/account")
    assert answers(office, token)
