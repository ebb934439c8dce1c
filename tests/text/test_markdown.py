"""What people type and what readers see. Read the pairs as the manual of writing."""

import re

import pytest

from diary.text import markdown
from diary.text.markdown import heading_of, render, sanitise
from tests.growth import growth


def seen(typed: str) -> str:
    """The HTML of a body without `dir` and line ends, which have tests of their own."""
    return re.sub(r' dir="auto"|\n', "", render(typed))


AS_TYPED = {
    "a line break stays": ("Hej\ndu", "<p>Hej<br>du</p>"),
    "an empty line parts paragraphs": ("Hej\n\n\ndu", "<p>Hej</p><p>du</p>"),
    "line ends of Windows": ("Hej\r\ndu\r\n\r\nVi ses", "<p>Hej<br>du</p><p>Vi ses</p>"),
    "a hash mark without a space": ("#boden\n##vi", "<p>#boden<br>##vi</p>"),
    "four hash marks": ("#### Hej", "<p>#### Hej</p>"),
    "a number sign": ("#1 i kön", "<p>#1 i kön</p>"),
    "a year begins a line": ("2019. Det var då.", "<p>2019. Det var då.</p>"),
    "a day begins a line": ("3. maj\n4. maj", "<p>3. maj<br>4. maj</p>"),
    "a lone number": ("1. Koka vatten", "<p>1. Koka vatten</p>"),
    "numbers that skip": ("1. Koka\n3. Ät", "<p>1. Koka<br>3. Ät</p>"),
    "numbers of another script": ("١. شاي\n٢. خبز", "<p>١. شاي<br>٢. خبز</p>"),
    "low lines in words": ("en_fil_till", "<p>en_fil_till</p>"),
    "a line to fill in": ("Namn: ____", "<p>Namn: ____</p>"),
    "multiplication": ("5*3*2 = 5 * 3 * 2", "<p>5*3*2 = 5 * 3 * 2</p>"),
    "a footnote's star": ("20 kr*\n*barn gratis", "<p>20 kr*<br>*barn gratis</p>"),
    "pasted text with an indent": ("    Hej\n        du", "<p>Hej<br>du</p>"),
    "a tab": ("\tHej", "<p>Hej</p>"),
    "a heart": ("jag <3 dig", "<p>jag &lt;3 dig</p>"),
    "a word in angle brackets": ("Hej <namn>!", "<p>Hej &lt;namn&gt;!</p>"),
    "a line under text": ("Hej\n===\ndu\n---", "<p>Hej<br>===<br>du</p><hr>"),
    "a plus": ("+ 3 grader", "<p>+ 3 grader</p>"),
    "minus, no space": ("-5 grader", "<p>-5 grader</p>"),
    "greater than": (">18 år", "<p>&gt;18 år</p>"),
    "the mark of a quote alone": (">", "<p>&gt;</p>"),
    "ampersands": ("A&B & c&aring", "<p>A&amp;B &amp; c&amp;aring</p>"),
    "brackets": ("[x] klart (ja) [inte]", "<p>[x] klart (ja) [inte]</p>"),
    "a definition": ("[x]: y", "<p>[x]: y</p>"),
    "a backslash": ("C:\\mapp\\", "<p>C:\\mapp\\</p>"),
    "a lone grave accent": ("det `här", "<p>det `här</p>"),
    "a tag never closed": ("a <b> c", "<p>a &lt;b&gt; c</p>"),
    "a program": ("<script>x</script>", "<p>&lt;script&gt;x&lt;/script&gt;</p>"),
    "non-breaking spaces": ("20\xa0000", "<p>20&nbsp;000</p>"),
    "a family": ("👨‍👩‍👧 hej", "<p>👨‍👩‍👧 hej</p>"),
    "right to left": ("مرحبا\nبكم", "<p>مرحبا<br>بكم</p>"),
    "controls vanish": ("a\x00b\x1bc\ufdd0d", "<p>abcd</p>"),
    "nothing": (" \n\t\n", ""),
}

MARKDOWN = {
    "emphasis": ("*en* _två_ **tre**", "<p><em>en</em> <em>två</em> <strong>tre</strong></p>"),
    "emphasis over lines": ("*en\ntvå*", "<p><em>en<br>två</em></p>"),
    "an escape": ("\\*så\\* \\# \\<", "<p>*så* # &lt;</p>"),
    "code": ("`a_b_c <b>`", "<p><code>a_b_c &lt;b&gt;</code></p>"),
    "an entity": ("&amp;&lt;", "<p>&amp;&lt;</p>"),
    "a heading": ("## Hej\ndu", "<h2>Hej</h2><p>du</p>"),
    "a heading ends a paragraph": ("du\n# Hej", "<p>du</p><h2>Hej</h2>"),
    "headings close up": ("# A\n### B", "<h2>A</h2><h3>B</h3>"),
    "closed heading": ("## Hej ##", "<h2>Hej</h2>"),
    "hash in a heading": ("## Vi lär oss C#", "<h2>Vi lär oss C#</h2>"),
    "emphasis in a heading": ("# *En* [b](/c)", '<h2><em>En</em> <a href="/c">b</a></h2>'),
    "a rule": ("a\n\n* * *\nb", "<p>a</p><hr><p>b</p>"),
    "a list": ("- a\n- b", "<ul><li>a</li><li>b</li></ul>"),
    "a list after a line": ("Köp:\n* a\n* b", "<p>Köp:</p><ul><li>a</li><li>b</li></ul>"),
    "a list ends with its lines": ("- a\nSlut", "<ul><li>a</li></ul><p>Slut</p>"),
    "an airy list": ("- a\n\n- b", "<ul><li>a</li><li>b</li></ul>"),
    "a numbered list": ("1. a\n2. b", "<ol><li>a</li><li>b</li></ol>"),
    "two numbered lists": (
        "1. a\n2. b\n\n1. c\n2. d",
        "<ol><li>a</li><li>b</li></ol><ol><li>c</li><li>d</li></ol>",
    ),
    "one list after another": (
        "- a\n1. b\n2. c",
        "<ul><li>a</li></ul><ol><li>b</li><li>c</li></ol>",
    ),
    "a list in a list": (
        "1. a\n   - x\n2. b",
        "<ol><li>a<ul><li>x</li></ul></li><li>b</li></ol>",
    ),
    "an item goes on": ("- a\n  b\n\n  c", "<ul><li>a<br>b<br><br>c</li></ul>"),
    "marks within an item": (
        "- # a\n- > b\n- - c",
        "<ul><li># a</li><li>&gt; b</li><li>- c</li></ul>",
    ),
    "a quote": ("> a\n> b", "<blockquote><p>a<br>b</p></blockquote>"),
    "a quote ends with its lines": ("> a\nb", "<blockquote><p>a</p></blockquote><p>b</p>"),
    "a list in a quote": ("> - a", "<blockquote><ul><li>a</li></ul></blockquote>"),
    "a picture is its alt text": ("![En katt](k.jpg) sov", "<p>En katt sov</p>"),
}

OUT = 'rel="nofollow ugc noopener" href='
LINKS = {
    "an address": ("https://a.se/b", f'<a {OUT}"https://a.se/b">https://a.se/b</a>'),
    "begun by a phone": ("Www.a.se", f'<a {OUT}"https://Www.a.se">Www.a.se</a>'),
    "mail": ("info@a.se", '<a href="mailto:info@a.se">info@a.se</a>'),
    "in a sentence": ("(www.a.se).", f'(<a {OUT}"https://www.a.se">www.a.se</a>).'),
    "with brackets": ("http://a.se/b_(c)", f'<a {OUT}"http://a.se/b_(c)">http://a.se/b_(c)</a>'),
    "with low lines": ("http://a.se/_b_", f'<a {OUT}"http://a.se/_b">http://a.se/_b</a>_'),
    "emphasised": ("**www.a.se**", f'<strong><a {OUT}"https://www.a.se">www.a.se</a></strong>'),
    "with an ampersand": (
        "http://a.se?b&copy=c",
        f'<a {OUT}"http://a.se?b&amp;copy=c">http://a.se?b&amp;copy=c</a>',
    ),
    "in angle brackets": ("<http://a.se>", f'<a {OUT}"http://a.se">http://a.se</a>'),
    "a named link": ("[här](http://a.se 'b')", f'<a {OUT}"http://a.se">här</a>'),
    "without its scheme": ("[här](www.a.se)", f'<a {OUT}"https://www.a.se">här</a>'),
    "an address as a name": ("[www.a.se](http://a.se)", f'<a {OUT}"http://a.se">www.a.se</a>'),
    "in code": ("`www.a.se`", "<code>www.a.se</code>"),
    "this site": ("[om](/about)", '<a href="/about">om</a>'),
    "a telephone": ("[ring](tel:+46101)", '<a href="tel:+46101">ring</a>'),
    "a post": ("[se](post:2018-10-09-det-var)", '<a href="/posts/det-var">se</a>'),
    "a post, badly": ("[se](post:../x)", "<a>se</a>"),
    "a program": ("[a](javascript:b)", "<a>a</a>"),
    "data": ("[a](data:text/html,b)", "<a>a</a>"),
    "a picture's link": ("[![a](b)](http://c.se)", f'<a {OUT}"http://c.se">a</a>'),
    "HTML": (
        '<a href="http://a.se" onclick="b">www.c.se</a>',
        f'<a {OUT}"http://a.se">www.c.se</a>',
    ),
}

IMPORTED = {
    "known tags": ("<b>a</b> <i class='x'>b</i><br/>c", "<p><b>a</b> <i>b</i><br>c</p>"),
    "a list": ("<ul>\n<li>a</li>\n</ul>", "<ul><li>a</li></ul>"),
    "paragraphs": ("<p>a</p>\n\n<p>*b*</p>", "<p>a</p><p><em>b</em></p>"),
    "wrappers go, words stay": ("<div><span>a</span></div><div>b</div>", "<p>a</p><p>b</p>"),
    "a picture": ('<img src="x" onerror="y" alt="En katt">', "<p>En katt</p>"),
    "a comment": ("a<!--more-->b", "<p>ab</p>"),
    "unclosed": ("<p>a\n<p>b", "<p>&lt;p&gt;a<br>&lt;p&gt;b</p>"),
}


@pytest.mark.parametrize(("typed", "html"), AS_TYPED.values(), ids=AS_TYPED)
def test_what_is_typed_looks_as_typed(typed, html):
    assert seen(typed) == html


@pytest.mark.parametrize(("typed", "html"), MARKDOWN.values(), ids=MARKDOWN)
def test_markdown_works_for_those_who_know_it(typed, html):
    assert seen(typed) == html


@pytest.mark.parametrize(("typed", "html"), LINKS.values(), ids=LINKS)
def test_addresses_become_links(typed, html):
    assert seen(typed) == f"<p>{html}</p>"


@pytest.mark.parametrize(("typed", "html"), IMPORTED.values(), ids=IMPORTED)
def test_html_of_imported_texts_is_cleaned(typed, html):
    assert seen(typed) == html


def test_each_paragraph_and_list_has_its_own_direction():
    assert render("Hej\n\nمرحبا\n\n- شاي\n\n> b") == (
        '<p dir="auto">Hej</p>\n<p dir="auto">مرحبا</p>\n<ul dir="auto">\n<li>شاي</li>\n</ul>\n'
        '<blockquote>\n<p dir="auto">b</p>\n</blockquote>'
    )


def test_nesting_ends_early():
    quotes = "\n".join("> " * depth + "a" for depth in range(60))
    lists = "\n".join("    " * depth + "- a" for depth in range(60))
    tags = "<blockquote>" * 60 + "</blockquote>" * 60
    assert seen(quotes).count("<blockquote>") == 3
    assert seen(lists).count("<ul>") == 4
    assert "<blockquote>" not in seen(tags)


@pytest.mark.parametrize(
    "html",
    [
        '<p style="color:red" onclick="x()" class="y" id="z">a</p>',
        "<p>a</p><script>b</script><style>c</style><iframe src='d'></iframe>",
        '<svg><a href="javascript:b"><p>a</p></a></svg>',
        '<p>a<a href="java\nscript:b" target="_blank"></a></p>',
    ],
)
def test_foreign_html_is_cleaned(html):
    clean = sanitise(html)
    assert 'dir="auto">a' in clean
    assert not re.search("style|script|class|target|on[a-z]+=|iframe|svg", clean)


NASTY = [
    *("[", "[a](", "[a](<", "<a ", "<https://", "---\n", "\\*", "a\n", "- ", "1. "),
    *("![", "*", "_", "`", ">", "> ", "* ", "&", "&amp;", "<", "<b>", "<!--", "[[](", "![a]("),
    *("*a", "_a ", "*_a_* ", "**a *a ", "[a](b", '[a](b "x ', "[![a](b)", "`a", "\n", "- a\n"),
    *("1. a\n", "> a\n\n", "> - ", "# a\n", "## a #", "https://", "www.", "www.a.b ", "a@", "a."),
    *("a@b.c ", ".)", "<a href='b'>", "<ul><li>", "<li></li>", "</a><a>", " ", "\t", "\xa0"),
    *("> - a\n- > b\n1. c\n", "\u202e"),
]


@pytest.mark.drill
@pytest.mark.parametrize("shape", NASTY, ids=repr)
def test_what_a_body_costs_grows_with_its_length_alone(shape):
    assert growth(render, shape) < 8


def test_a_heading_reads_the_start_of_a_long_text_alone(monkeypatch):
    read: list[str] = []

    def noted(body: str) -> str:
        read.append(body)
        return render(body)

    monkeypatch.setattr(markdown, "render", noted)
    assert heading_of("Solen", "Text. " * 99_999) == "Solen"
    assert read == []
    assert (
        heading_of("", "Vi bakade bröd i dag.\n\n" + "Text. " * 99_999) == "Vi bakade bröd i dag."
    )
    assert read == ["Vi bakade bröd i dag."]


@pytest.mark.parametrize("typed", ["WWW.0.0[@0", "[a](https://[a)"])
def test_what_is_no_address_leads_nowhere(typed):
    assert "href" not in render(typed)
