"""A reader on a phone or at a desk, by day or by night, in either language, reads, switches, searches and copies."""

import html
import re

import pytest
import snowballstemmer
from bookbuild.languages import BOOK, LANGUAGES, pages
from bookbuild.wording import stray_marks

pytestmark = pytest.mark.browser

PAGES = [f"{code}/{page}.html" for code in LANGUAGES for page in pages()]
CHINESE = re.compile(r"[\u4e00-\u9fff]")
CHAPTER = "matrix-operations.html"


def text_of(site, address):
    return (site / address).read_text(encoding="utf-8")


def source_of(page):
    return (BOOK / "en" / f"{page}.md").read_text(encoding="utf-8")


def article_of(site, address):
    return re.search(r"<article.*?</article>", text_of(site, address), re.DOTALL)[0]


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [390, 1200], ids=["phone", "desk"])
@pytest.mark.parametrize("address", PAGES)
def test_a_page_fits_and_asks_only_its_own_site_and_says_no_error(visit, address, width, dark):
    reader = visit(width=width, dark=dark)
    page = reader.open(address)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.evaluate("document.documentElement.dataset.theme") == ("dark" if dark else "light")
    assert reader.elsewhere == []
    assert reader.errors == []


@pytest.mark.parametrize("address", PAGES)
def test_dark_and_light_differ_and_text_stands_out_in_both(visit, address):
    def colours(dark):
        page = visit(dark=dark).open(address)
        return page.evaluate(
            """() => [getComputedStyle(document.querySelector("article p, article h1")).color,
                      getComputedStyle(document.body).backgroundColor]"""
        )

    def brightness(colour):
        return sum(map(int, re.findall(r"\d+", colour)[:3]))

    (ink, paper), (light_ink, dark_paper) = colours(False), colours(True)
    assert brightness(paper) - brightness(ink) > 300
    assert brightness(light_ink) - brightness(dark_paper) > 300


@pytest.mark.parametrize("address", PAGES)
def test_the_page_says_its_language(site, address):
    code = address.split("/")[0]
    assert re.search(r"<html[^>]* lang=\"([^\"]+)\"", text_of(site, address))[1] == code


@pytest.mark.parametrize("address", PAGES)
def test_the_page_names_its_own_address_and_those_of_both_languages(site, address):
    text = text_of(site, address)
    code, name = address.split("/")
    name = "" if name == "index.html" else name
    assert re.search(r'<link rel="canonical" href="([^"]+)"', text)[1].endswith(f"{code}/{name}")
    alternates = dict(re.findall(r'<link rel="alternate" hreflang="([^"]+)" href="([^"]+)"', text))
    for language in LANGUAGES:
        assert alternates[language].endswith(f"{language}/{name}")


@pytest.mark.parametrize("address", PAGES)
def test_the_page_describes_itself_for_a_search_engine(site, address):
    described = re.search(
        r'<meta (?:content="([^"]+)" name="description"|name="description" content="([^"]+)")', text_of(site, address)
    )
    assert described, "front matter: myst: html_meta: description"
    assert bool(CHINESE.search(described[1] or described[2])) == address.startswith("zh-TW")


@pytest.mark.parametrize("page", pages())
def test_the_sections_of_a_page_have_the_same_ids_in_both_languages(site, page):
    ids = [re.findall(r'<section[^>]* id="([^"]+)"', article_of(site, f"{code}/{page}.html")) for code in LANGUAGES]
    assert ids[0] == ids[1]
    assert ids[0]
    assert all(identifier.startswith("sec-") for identifier in ids[0] if not identifier.startswith("exercise-content"))


@pytest.mark.parametrize("address", PAGES)
def test_no_id_stands_twice_on_a_page(site, address):
    ids = re.findall(r'\sid="([^"]+)"', article_of(site, address))
    assert sorted(ids) == sorted(set(ids))


@pytest.mark.parametrize("address", PAGES)
def test_no_mark_of_the_source_is_left_in_the_text(site, address):
    assert stray_marks(article_of(site, address)) == []


@pytest.mark.parametrize("address", PAGES)
def test_every_picture_is_described_in_the_language_of_its_page(site, address):
    article = article_of(site, address)
    titles = re.findall(r'<svg class="drawing"[^>]*role="img"><title>([^<]+)</title>', article)
    assert len(titles) == article.count('<svg class="drawing"')
    alts = [html.unescape(alt) for alt in re.findall(r"<img[^>]* alt=\"([^\"]*)\"", article)]
    assert len(alts) == article.count("<img")
    for description in [*titles, *alts]:
        assert len(description) > 10
        assert bool(CHINESE.search(description)) == address.startswith("zh-TW")


@pytest.mark.parametrize("page", [page for page in pages() if "mystnb:" in source_of(page)])
def test_figures_show_chinese_labels_on_chinese_pages_and_none_on_english_ones(visit, page):
    def labels(code):
        opened = visit().open(f"{code}/{page}.html")
        return opened.evaluate("[...document.querySelectorAll('svg.drawing text')].map(t => t.textContent).join(' ')")

    assert CHINESE.search(labels("zh-TW"))
    assert not CHINESE.search(labels("en"))


def test_the_steps_of_a_walk_are_chosen_by_mouse_or_keyboard_without_a_script(visit):
    page = visit(script=False).open("en/gradient-descent.html")
    steps = page.locator("fieldset.steps").first
    names = steps.locator("label").all_inner_texts()
    shown = steps.locator(".frames > div:visible svg title")

    assert shown.count() == 1
    first = shown.text_content()
    steps.locator("label").nth(2).click()
    assert shown.count() == 1
    assert shown.text_content() != first
    page.keyboard.press("ArrowRight")
    assert steps.locator("input").nth(3).is_checked()
    assert names[3] in shown.text_content()


@pytest.mark.parametrize("width", [390, 1200], ids=["phone", "desk"])
@pytest.mark.parametrize(("here", "there"), [("en", "zh-TW"), ("zh-TW", "en")])
def test_the_switch_keeps_the_page_and_the_section_in_view_and_comes_back(visit, here, there, width):
    page = visit(width=width).open(f"{here}/{CHAPTER}")
    sections = page.locator("article section[id^=sec-] > h2").evaluate_all("hs => hs.map(h => h.parentElement.id)")
    section = sections[len(sections) // 2]
    for code in (there, here):
        page.evaluate("id => document.getElementById(id).scrollIntoView({behavior: 'instant'})", section)
        page.locator(f"a.language-switch[data-language={code}]").click()
        page.wait_for_url(f"**/{code}/{CHAPTER}#{section}")
        assert page.evaluate("document.documentElement.lang") == code
        page.wait_for_function(
            "id => Math.abs(document.getElementById(id).getBoundingClientRect().top) < 200", arg=section
        )


def test_the_switch_works_without_script_and_keeps_the_page(visit):
    page = visit(script=False).open(f"en/{CHAPTER}")
    page.locator("a.language-switch").click()
    assert page.url.endswith(f"/zh-TW/{CHAPTER}")


def test_at_the_top_of_a_page_the_switch_leads_to_the_top(visit):
    page = visit().open(f"en/{CHAPTER}")
    page.locator("a.language-switch").click()
    page.wait_for_url(f"**/zh-TW/{CHAPTER}")
    assert page.evaluate("scrollY") == 0


def test_the_chooser_offers_both_languages_without_script(visit):
    page = visit(script=False).open("")
    assert page.locator("a[hreflang]").evaluate_all("links => links.map(a => a.lang)") == list(LANGUAGES)
    page.locator("a[hreflang=zh-TW]").click()
    assert page.url.endswith("/zh-TW/")


@pytest.mark.parametrize("code", LANGUAGES)
def test_the_chooser_remembers_the_choice_and_can_be_asked_again(visit, code):
    reader = visit()
    page = reader.open("")
    assert page.url == reader.base  # a first visit is not sent anywhere
    page.locator(f"a[hreflang={code}]").click()
    page.wait_for_url(f"**/{code}/")
    reader.open("")
    page.wait_for_url(f"**/{code}/")
    reader.open("index.html?choose")
    assert page.url.endswith("?choose")


def test_the_switch_on_a_page_is_remembered_by_the_chooser(visit):
    reader = visit()
    page = reader.open(f"en/{CHAPTER}")
    page.locator("a.language-switch").click()
    page.wait_for_url("**/zh-TW/**")
    reader.open("")
    page.wait_for_url("**/zh-TW/")
    assert page.url == reader.base + "zh-TW/"


@pytest.mark.parametrize("code", LANGUAGES)
def test_the_copy_button_copies_the_cell(visit, code):
    reader = visit()
    reader.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = reader.open(f"{code}/{CHAPTER}")
    cell = page.locator("div.cell_input pre").first
    cell.hover()
    page.locator("div.cell_input button.copybtn").first.click()
    page.wait_for_function("document.querySelector('div.cell_input button.copybtn').classList.contains('success')")
    assert page.evaluate("navigator.clipboard.readText()").strip() == cell.inner_text().strip()


STEM = snowballstemmer.stemmer("porter").stemWords  # a search for "broadcasting" finds "broadcasts" too
SEARCHES = [("zh-TW", word) for word in ("矩陣運算", "梯度下降", "偏差", "隱藏層", "轉置", "bias", "MMULT")]
SEARCHES += [("en", word) for word in ("bias", "transpose", "hidden layer", "broadcasting", "矩陣")]


@pytest.mark.parametrize(("code", "word"), SEARCHES)
def test_search_finds_a_word_in_the_pages_that_hold_it(site, visit, code, word):
    reader = visit()
    page = reader.open(f"{code}/search.html?q={word}")
    page.wait_for_function("document.querySelectorAll('ul.search li a').length > 0")
    page.wait_for_timeout(300)
    found = {
        a.split("/")[-1].split("?")[0].split("#")[0]
        for a in page.locator("ul.search li a").evaluate_all("links => links.map(a => a.href)")
    }
    for name in found:
        text = re.sub(r"<[^>]+>", " ", article_of(site, f"{code}/{name}")).lower()
        held = text if code == "zh-TW" else text + " ".join(STEM(re.findall(r"\w+", text)))
        assert all(part in held for part in STEM(word.lower().split()))
    assert reader.elsewhere == []


def test_the_search_finds_a_word_in_the_body_of_the_chapter_and_not_in_its_title_alone(visit):
    page = visit().open("zh-TW/search.html?q=隱藏層")
    page.wait_for_selector(f"ul.search li a[href*='{CHAPTER}']")
    page.wait_for_function("document.querySelector('ul.search').innerText.includes('隱藏層')")
    assert page.locator(f"ul.search li:has(a[href*='{CHAPTER}'])").count() >= 1


def test_the_search_does_not_find_what_no_page_holds(visit):
    page = visit().open("zh-TW/search.html?q=量子糾纏態")
    page.wait_for_selector("#search-results .search-summary, #search-results p")
    page.wait_for_timeout(500)
    assert page.locator("ul.search li").count() == 0


def test_the_search_box_of_a_page_leads_to_the_results(visit):
    page = visit().open(f"zh-TW/{CHAPTER}")
    page.keyboard.press("Control+k")
    page.locator("dialog input[name=q]").fill("轉置")
    page.keyboard.press("Enter")
    page.wait_for_url("**/zh-TW/search.html?q=*")
    page.wait_for_function("document.querySelectorAll('ul.search li a').length > 0")
    assert page.locator("ul.search li a").count() > 0


@pytest.mark.parametrize("code", LANGUAGES)
def test_maths_is_set_without_a_script_and_can_be_heard(visit, code):
    page = visit(script=False).open(f"{code}/{CHAPTER}")
    shown, spoken = page.locator("article .katex-html").count(), page.locator("article .katex-mathml math").count()
    assert shown == spoken > 20
    assert page.locator("article .katex-error").count() == 0


@pytest.mark.parametrize("page", ["gradient-descent", "logistic-regression", "notation"])
def test_no_line_begins_with_the_mark_behind_a_short_formula(visit, page):
    """At every width of a phone: the mark sits to the right of its formula, at the same height."""
    apart = """() => [...document.querySelectorAll('.kept-together')].filter(kept => {
        const mark = document.createRange(); mark.selectNodeContents(kept.lastChild);
        const formula = kept.firstElementChild.getBoundingClientRect(), box = mark.getBoundingClientRect();
        return box.width > 0 && (box.left < formula.right - 1 || box.top > formula.bottom);
    }).map(kept => kept.textContent)"""
    opened = visit(width=390).open(f"zh-TW/{page}.html")
    assert opened.locator(".kept-together").count() > 10
    for width in (320, 360, 390, 412):
        opened.set_viewport_size({"width": width, "height": 800})
        assert opened.evaluate(apart) == []


@pytest.mark.parametrize("code", LANGUAGES)
def test_the_workbook_can_be_downloaded_from_the_page(visit, code, tmp_path):
    page = visit().open(f"{code}/{CHAPTER}")
    with page.expect_download() as download:
        page.locator("article a[href$='.xlsx']").first.click()
    file = tmp_path / "workbook.xlsx"
    download.value.save_as(file)
    assert file.read_bytes()[:2] == b"PK"
    assert download.value.suggested_filename == "matrix-operations.xlsx"


@pytest.mark.parametrize("code", LANGUAGES)
def test_without_script_a_folded_solution_can_be_read(visit, code):
    page = visit(script=False).open(f"{code}/{CHAPTER}")
    assert page.locator("article .solution").first.is_visible()
    assert page.locator("article .solution pre").first.is_visible()


@pytest.mark.parametrize("code", LANGUAGES)
def test_a_solution_is_folded_until_it_is_asked_for(visit, code):
    page = visit().open(f"{code}/{CHAPTER}")
    solution = page.locator("article .solution").first
    body = solution.locator("p:not(.admonition-title), pre").first
    assert not body.is_visible()
    solution.locator("button.toggle-button").first.click()
    page.wait_for_timeout(300)
    assert body.is_visible()


@pytest.mark.parametrize("code", LANGUAGES)
def test_the_chapter_weighs_little_on_a_slow_line(visit, host, code):
    reader = visit(width=390)
    host.sent.clear()
    reader.open(f"{code}/{CHAPTER}").wait_for_timeout(300)
    weight = sum(size for _, size in host.sent)
    assert weight < 350_000, sorted(host.sent, key=lambda sent: -sent[1])[:6]


def test_every_link_within_the_site_leads_somewhere(site):
    broken = []
    for file in sorted(site.rglob("*.html")):
        text = file.read_text(encoding="utf-8")
        for link in re.findall(r'(?:href|src)="([^"]+)"', text):
            target, _, anchor = html.unescape(link).partition("#")
            if re.match(r"[a-z]+:", link) or target.startswith("//") or "?" in target:
                continue
            path = (file.parent / target).resolve() if target else file
            path = path / "index.html" if path.is_dir() else path
            there = path.is_file()
            if there and anchor and path.suffix == ".html":
                there = f'id="{anchor}"' in path.read_text(encoding="utf-8")
            if not there:
                broken.append(f"{file.relative_to(site)}: {link}")
    assert broken == []


def test_no_page_names_another_site_that_it_would_load_from(site):
    for file in sorted(site.rglob("*.html")):
        loaded = re.findall(
            r'<(?:script|img|iframe|source|video)[^>]*\ssrc="([^"]+)"', file.read_text(encoding="utf-8")
        )
        loaded += re.findall(
            r'<link rel="(?:stylesheet|preload|icon)[^>]*href="([^"]+)"', file.read_text(encoding="utf-8")
        )
        assert [address for address in loaded if re.match(r"(?:https?:)?//", address)] == []


def test_every_icon_of_the_theme_is_drawn(site):
    for address in PAGES:
        assert not re.search(r'class="[^"]*\bfa-', text_of(site, address))


def test_the_words_of_the_frame_are_chinese_on_chinese_pages_and_never_simplified(site):
    frame = re.sub(r"<article.*?</article>", "", text_of(site, f"zh-TW/{CHAPTER}"), flags=re.DOTALL)
    words = re.findall(r'(?:title|aria-label|placeholder|data-bs-title)="([^"]+)"', frame)
    words += [
        word.strip()
        for word in re.findall(r">([^<>{}]+)<", re.sub(r"<(script|style).*?</\1>", "", frame, flags=re.DOTALL))
    ]
    english = {word for word in words if re.fullmatch(r"[A-Za-z][A-Za-z ]+", word)}
    assert english <= {"English", "Ctrl", "K", "Colab"}
