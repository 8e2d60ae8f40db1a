import json
from datetime import UTC, date, datetime

import pytest
from bs4 import BeautifulSoup
from django.template import Context, Template, TemplateSyntaxError
from django.test import RequestFactory
from wagtail.models import Page, Site

from core.templatetags import village


def render(source, **context):
    return Template(source).render(Context(context))


def test_icon_is_drawn_inline_and_hidden_from_screen_readers():
    drawing = BeautifulSoup(render('{% icon "search" %}'), "html.parser").svg

    assert drawing["aria-hidden"] == "true"
    assert drawing.path["d"].startswith("M10.5 17a6.5")


def test_unknown_icon_names_those_there_are():
    with pytest.raises(TemplateSyntaxError, match=r"No icon “serch”. There are: .*search"):
        render('{% icon "serch" %}')


def test_tile_escapes_initials_and_takes_only_known_tones():
    assert render("{% tile i t %}", i="<b", t='x" onload="') == '<span class="v-tile" aria-hidden="true">&lt;b</span>'
    assert render('{% tile "NP" "research" size="big" %}') == (
        '<span class="v-tile v-tile--research v-tile--big" aria-hidden="true">NP</span>'
    )


@pytest.mark.parametrize(
    ("numbers", "words"), [([2, 1, 7, 2], "Stages 1, 2, 7 of 7"), ([3], "Stage 3 of 7"), ([], "No stage stated")]
)
def test_stages_say_in_words_what_the_arches_show(numbers, words):
    drawing = BeautifulSoup(render("{% stages numbers %}", numbers=numbers), "html.parser").span

    assert (drawing["role"], drawing["aria-label"]) == ("img", words)
    assert [int(arch.text) for arch in drawing.find_all("i")] == [1, 2, 3, 4, 5, 6, 7]
    assert [int(arch.text) for arch in drawing.find_all("i", class_="on")] == sorted(set(numbers))


def test_tag_escapes_its_words():
    assert render("{% tag words 'wait' %}", words="<i>") == '<span class="v-tag v-tag--wait">&lt;i&gt;</span>'


def test_checked_says_since_when_a_check_is_overdue():
    assert render("{% checked on %}", on=date(2027, 5, 3)).endswith("</svg>Checked 3 May 2027</span>")
    assert "Check overdue since 1 April 2027" in render("{% checked on since %}", on=None, since=date(2027, 4, 1))
    assert "Not checked yet" in render("{% checked on %}", on=None)


def test_section_head_names_its_heading_and_escapes():
    head = BeautifulSoup(
        render('{% section_head title "off" link="All" url="/directory/?a=1&b=2" %}', title="R&D"), "html.parser"
    )

    assert (head.h2["id"], head.h2.text) == ("off", "R&D")
    assert head.a["href"] == "/directory/?a=1&b=2"


def test_json_ld_cannot_end_its_own_script():
    source = render("{% json_ld data %}", data={"name": "</script><script>alert(1)</script>&\u2028"})

    assert source.count("<") == 2
    assert json.loads(BeautifulSoup(source, "html.parser").script.string)["name"].startswith("</script>")


@pytest.mark.parametrize(
    ("value", "nice", "short"),
    [
        (date(2027, 5, 20), "Thursday 20 May 2027", "20 May 2027"),
        (datetime(2026, 3, 28, 23, 30, tzinfo=UTC), "Saturday 28 March 2026", "28 March 2026"),
        (datetime(2026, 3, 29, 23, 30, tzinfo=UTC), "Monday 30 March 2026", "30 March 2026"),  # the clocks went on
        (datetime(2026, 10, 24, 23, 30, tzinfo=UTC), "Sunday 25 October 2026", "25 October 2026"),
        (datetime(2026, 10, 25, 23, 30, tzinfo=UTC), "Sunday 25 October 2026", "25 October 2026"),  # and back
        (None, "", ""),
    ],
)
def test_dates_are_those_of_london(value, nice, short):
    assert village.nice_date(value) == nice
    assert village.short_date(value) == short


def test_short_date_takes_what_a_search_card_carries():
    assert village.short_date("2027-05-03") == "3 May 2027"
    assert village.short_date("soon") == "soon"


def test_paragraphs_escape_and_part_at_blank_lines():
    assert (
        village.paragraphs("One <b>\nline.\n\n \nTwo & more.\n") == "<p>One &lt;b&gt; line.</p><p>Two &amp; more.</p>"
    )
    assert village.paragraphs(None) == ""


@pytest.mark.parametrize(
    ("number", "noun", "words"),
    [
        (1, "place", "1 place"),
        (0, "place", "0 places"),
        (1250, "company,companies", "1,250 companies"),
        (None, "place", "0 places"),
    ],
)
def test_counted_agrees_in_number(number, noun, words):
    assert village.counted(number, noun) == words


# ---- breadcrumbs ----------------------------------------------------------------------------------------------------
@pytest.fixture
def deep_page(db):
    page = Site.objects.get(is_default_site=True).root_page
    for title in ("Stories", "Case <studies>", "Glass slides"):
        page = page.add_child(instance=Page(title=title))
    return page


def test_breadcrumbs_name_every_level_in_one_query(deep_page, django_assert_num_queries):
    request = RequestFactory().get("/")
    Site.find_for_request(request)
    deep_page.get_url(request)

    with django_assert_num_queries(1):
        trail = BeautifulSoup(render("{% breadcrumbs page %}", page=deep_page, request=request), "html.parser")
    with django_assert_num_queries(0):
        render("{% breadcrumbs page %}", page=deep_page, request=request)

    assert [step.text for step in trail.find_all("li")] == ["Stories", "Case <studies>", "Glass slides"]
    assert [link["href"] for link in trail.find_all("a")] == ["/stories/", "/stories/case-studies/"]
    assert trail.find_all("li")[-1]["aria-current"] == "page"


def test_page_under_the_home_page_has_no_breadcrumbs(deep_page, django_assert_num_queries):
    stories = deep_page.get_ancestors().get(slug="stories")

    with django_assert_num_queries(0):
        assert render("{% breadcrumbs page %}", page=stories, request=RequestFactory().get("/")) == ""
