"""The whole way, as the people go it: a visitor asks on a profile, we find a partner, both agree, and the public figure rises.

The pages of the visitor and of those who answer our letters are also gone through without script. Each step that can be
taken back is taken back once.
"""

import re
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

import pytest
from django.core import mail
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from directory.models import Offer, Stage
from impact.actions import draw_all
from tenancy import links
from tenancy.models import Account, Enquiry, SupportRequest
from tests.factories import tenancy as make

from .front_door import session_of
from .visiting import PATIENCE, TOO_WIDE, WIDE, Watch, axe, settle

PROJECTS = "Collaborative projects with healthtech and life-science companies"
NEED_WORDS = "Somebody who reads our clinical evaluation before we send it."
Open = Callable[..., Page]


@pytest.fixture
def opened(browser: Browser, server: str) -> Iterator[Open]:
    """A browser of somebody; every page that it saw had nothing to complain about."""
    contexts, watches = [], []

    def opens(who: str = "", *, script: bool = True) -> Page:
        context = browser.new_context(viewport=WIDE, base_url=server, java_script_enabled=script)  # type: ignore[arg-type]
        contexts.append(context)
        if who:
            context.add_cookies([{"name": "sessionid", "value": session_of(who), "url": server}])
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        watch = Watch(server)
        watch.on(page)
        watches.append(watch)
        return page

    yield opens
    for context in contexts:
        context.close()
    assert not [words for watch in watches for words in (*watch.foreign, *watch.complaints)]


def link_to(address: str) -> str:
    """The way that the last letter to them shows."""
    letter = [one for one in mail.outbox if address in one.to][-1]
    found = re.search(r"https?://\S+/answer/[^\s?]+", str(letter.body))
    assert found, letter.body
    return urlsplit(found[0]).path


def figure(page: Page) -> int:
    """What the public page says, once the clock has struck."""
    draw_all()
    page.goto("/impact/")
    row = page.get_by_role("row").filter(has=page.get_by_role("rowheader", name=PROJECTS))
    return int(re.sub(r"\D", "", row.locator("td strong").inner_text().split(" ")[0]))


def looks_well(page: Page) -> None:
    settle(page)
    assert axe(page) == []
    assert not page.evaluate(TOO_WIDE)


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])
def test_from_a_question_on_a_profile_to_a_public_figure(opened: Open, script: bool) -> None:
    name = "scripted" if script else "plain"
    company, ada, gareth = f"Engines {name}", f"ada@{name}.example", f"gareth@{name}.example"
    manager = make.manager(name="Sam Holroyd", email=f"manager-{name}@village.example")
    offer = Offer.objects.filter(organisation__live=True, stages__isnull=False).order_by("organisation__path", "pk")[0]
    partner, stage = offer.organisation, offer.stages.all()[0]
    visitor, staff = opened(script=script), opened(manager.email)
    before = figure(visitor)

    # Somebody asks, on the profile of a partner; nothing is asked of them that is not needed.
    visitor.goto(partner.get_url())
    visitor.locator("#ask a.v-btn--warm").click()
    expect(visitor.locator("main")).to_contain_text(f"Your enquiry is about {partner.title}")
    form = visitor.locator("main form[action='/contact/send/']")
    form.get_by_label("Your name").fill("Ada Broadbent")
    form.get_by_label("Organisation").fill(company)
    form.get_by_label("Your message").fill(NEED_WORDS)
    form.get_by_role("button", name="Send").click()
    expect(visitor.get_by_role("alert")).to_contain_text("e-mail address")
    expect(visitor.get_by_label("Your message")).to_have_value(NEED_WORDS)
    visitor.get_by_label("E-mail address").fill(ada)
    visitor.get_by_role("button", name="Send").click()
    expect(visitor.get_by_role("heading", level=1)).to_have_text("We have your message")
    enquiry = Enquiry.objects.get(email=ada)
    expect(visitor.locator("main")).to_contain_text(enquiry.reference)

    # The manager finds it, closes it by mistake, opens it again, and makes it an account.
    staff.goto("/staff/enquiries/")
    staff.get_by_role("link", name=enquiry.reference).click()
    staff.locator("summary", has_text="Close it").click()
    staff.get_by_label("Why").fill("Sent to the wrong house.")
    staff.get_by_role("button", name="Close", exact=True).click()
    staff.get_by_role("button", name="Look at it again").click()
    staff.get_by_role("button", name="Make it an account").click()
    expect(staff.get_by_role("heading", level=1)).to_contain_text(company)
    account = Account.objects.get(name=company)

    # It was too early: it is an enquiry again, and becomes part of the same account, which is known by now.
    staff.goto(f"/staff/enquiries/{enquiry.pk}/")
    staff.get_by_role("button", name="Look at it again").click()
    enquiry.refresh_from_db()
    assert enquiry.account is None
    staff.get_by_label(re.compile(f"{company}, prospect")).check()
    staff.get_by_role("button", name="Make it an account").click()
    expect(staff.get_by_role("heading", level=1)).to_contain_text(company)
    assert Account.objects.get(name=company).contacts.count() == 1

    # A request of what was asked.
    staff.goto(f"/staff/accounts/{account.pk}/requests/new/")
    staff.get_by_label("What is needed").select_option(str(offer.need_id))
    staff.get_by_label("At which stage").select_option(str(stage.pk))
    staff.locator("main [name=words]").fill(NEED_WORDS)
    staff.locator("main form button[type=submit]").click()
    staff.wait_for_url(re.compile(r"/staff/requests/\d+/"))
    request = SupportRequest.objects.get(account=account)
    record = f"/staff/requests/{request.pk}/"

    # Partners with reasons; one is left out, and put back.
    staff.get_by_role("button", name="Match partners").click()
    row = staff.locator("[aria-labelledby=partners] tbody tr").filter(
        has=staff.get_by_role("link", name=partner.title, exact=True)
    )
    expect(row.locator("[data-th=Why] li").first).not_to_be_empty()
    row.locator("summary").click()
    row.get_by_label("Why not").fill("Busy until spring.")
    row.get_by_role("button", name="Leave out").click()
    expect(row).to_contain_text("Left out: Busy until spring.")
    row.get_by_role("button", name="Put back").click()
    looks_well(staff)
    row.locator("a", has_text="Ask").click()
    looks_well(staff)
    ask_gareth(staff, gareth)
    expect(staff.locator("#introductions, [aria-labelledby=introductions]").first).to_contain_text("Gareth Marl")

    # Both agree by the link of their letter; the company takes it back once, before it is final.
    client = opened(script=script)
    client.goto(link_to(ada))
    expect(client.get_by_role("heading", level=1)).to_contain_text("May we introduce you to")
    client.get_by_role("button", name="Yes, introduce us").click()
    expect(client.get_by_role("heading", level=1)).to_have_text("Thank you, you have agreed")
    answering = opened(script=script)
    answering.goto(link_to(gareth))
    expect(answering.locator("main")).not_to_contain_text(company)
    answering.get_by_role("button", name="Yes, introduce us").click()
    expect(answering.get_by_role("heading", level=1)).to_have_text("Thank you, you have agreed")
    staff.goto(record)
    staff.locator("[aria-labelledby=introductions]").get_by_role("button", name="Introduce").click()
    expect(staff.locator("[aria-labelledby=introductions] tbody")).to_contain_text("Introduced")
    client.reload()
    expect(client.get_by_role("heading", level=1)).to_have_text("You have been introduced")
    assert figure(visitor) == before

    # The introduction is taken back: the request waits for partners again, and both are asked anew.
    made = staff.locator("[aria-labelledby=introductions]")
    made.locator("summary", has_text="Take back").click()
    made.get_by_label("Why").first.fill("The wrong person of theirs.")
    made.get_by_role("button", name="Take back").click()
    expect(made.locator("tbody")).to_contain_text("Taken back")
    request.refresh_from_db()
    assert request.state == "matched"
    row.locator("a", has_text="Ask").click()
    ask_gareth(staff, gareth)
    for page, address in ((client, ada), (answering, gareth)):
        page.goto(link_to(address))
        page.get_by_role("button", name="Yes, introduce us").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Thank you, you have agreed")
    staff.goto(record)
    made.get_by_role("button", name="Introduce").click()
    expect(made.locator("tbody tr").first).to_contain_text("Introduced")

    # What came of it is claimed, taken back, claimed again, and confirmed by the company: the figure rises by one.
    staff.goto(record)
    staff.get_by_role("link", name="New outcome").click()
    staff.get_by_label("What it is").select_option(label="Collaboration")
    staff.get_by_label("When", exact=True).fill(timezone.localdate().isoformat())
    staff.get_by_label("What shows it").fill("The letter of both directors.")
    looks_well(staff)
    staff.locator("main form button[type=submit]").click()
    outcomes = staff.locator("[aria-labelledby=outcomes]")
    say_why(staff, "Take it back", "Too early.", "Take back")
    expect(outcomes).to_contain_text("Taken back")
    say_why(staff, "Claim it again", "Now it is signed.", "Claim again")
    send_the_link(staff)
    assert figure(visitor) == before
    client.goto(link_to(ada))
    expect(client.get_by_role("heading", level=1)).to_have_text("Is this true?")
    client.get_by_label("Yes, but later or smaller").check()
    client.get_by_role("button", name="Yes, it is true").click()
    expect(client.get_by_role("heading", level=1)).to_have_text("Thank you")
    assert figure(visitor) == before + 1

    # It was a mistake: back to a claim, and the figure falls; asked and confirmed once more it rises again.
    staff.goto(record)
    say_why(staff, "The confirmation is wrong", "Another company was meant.", "Back to a claim")
    assert figure(visitor) == before
    staff.goto(record)
    send_the_link(staff)
    client.goto(link_to(ada))
    client.get_by_role("button", name="Yes, it is true").click()
    expect(client.get_by_role("heading", level=1)).to_have_text("Thank you")
    assert figure(visitor) == before + 1
    staff.goto(record)
    say_why(staff, "The confirmation is wrong", "It ended before it began.", "Back to a claim")
    say_why(staff, "Take it back", "It ended before it began.", "Take back")
    assert figure(visitor) == before, "the village is left as it was"


def ask_gareth(staff: Page, address: str) -> None:
    staff.get_by_label("Their name").fill("Gareth Marl")
    staff.get_by_label("Their e-mail address").fill(address)
    staff.locator("main form button[type=submit]").click()


def say_why(staff: Page, what: str, why: str, button: str) -> None:
    """In a part of the outcome that is folded away."""
    outcomes = staff.locator("[aria-labelledby=outcomes]")
    outcomes.locator("summary", has_text=what).click()
    outcomes.get_by_label("Why").first.fill(why)
    outcomes.get_by_role("button", name=button).click()
    expect(outcomes.locator("summary", has_text=what)).to_have_count(0)


def send_the_link(staff: Page) -> None:
    staff.locator("[aria-labelledby=outcomes]").get_by_role("button", name="Send the link").click()
    expect(staff.get_by_text("has a mail with a link that is good for fourteen days")).to_be_visible()


def test_a_no_of_either_side_ends_it_and_names_nobody(opened: Open) -> None:
    """The company agrees and takes it back; the partner’s link then opens nothing."""
    # Of what the village has: a company or a need more would change its lists for the tests that follow.
    offer = Offer.objects.filter(organisation__live=True).order_by("organisation__path", "pk")[0]
    company, other = (make.AccountFactory(name=name, organisation=None) for name in ("Quiet Engines", "Their partner"))
    introduction = make.IntroductionFactory(
        request__account=company,
        request__need=offer.need,
        request__stage=Stage.objects.all()[0],
        partner=offer.organisation,
        tenant_contact=make.ContactFactory(account=company, email="quiet@engines.example"),
        partner_contact=make.ContactFactory(account=other, email="partner@quiet.example"),
    )
    client, partner = opened(script=False), opened(script=False)
    client.goto(urlsplit(links.introduction_url(introduction, "tenant")).path)
    client.get_by_role("button", name="Yes, introduce us").click()
    client.get_by_role("button", name="I take it back").click()
    expect(client.get_by_role("heading", level=1)).to_have_text("This question is closed")
    partner.goto(urlsplit(links.introduction_url(introduction, "partner")).path)
    expect(partner.get_by_role("heading", level=1)).to_have_text("This question is closed")
    expect(partner.locator("main")).not_to_contain_text("Quiet Engines")
