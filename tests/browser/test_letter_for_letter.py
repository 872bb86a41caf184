"""What a person gave is shown letter for letter: no picture is fetched for it, and no link is made of it."""

import json
import random
from urllib.parse import quote

import pytest
from playwright.sync_api import expect

from pages.ui.markdown import JOINER
from tests.browser.server import ROOT, running_script

PICTURE = "![](//evil.example/a)"
LINK = "[Log in](//evil.example/a)"
TEXTS = [
    PICTURE,
    LINK,
    "<img src=//evil.example/a onerror=alert(1)>",
    "<a href='https://evil.example'>Log in</a>",
    "go to https://evil.example/a?b=c or www.evil.example, or WWW.evil.example/x, or me@evil.example",
    "<https://evil.example> mailto:me@evil.example xmpp:me@evil.example/x",
    "[a]: //evil.example and [a][a], [^1] and [^1]: note",
    ":red[red] :material/delete: :streamlit: :smile: :+1: :-1: :small[x] :help[x] :a:b:c ::leaf[x] :::box",
    "$x^2$ and $$y$$ and \\(z\\)",
    "**bold** _slanted_ __x__ snake_case_name ~~gone~~ ~x~ `code` ``more`` *a*b* \\*c\\*",
    "a -> b <- c <-> d -- e >= f <= g ~= h --> i",
    "&lt;b&gt; &amp; &#58; &copy;",
    "| a | b | |---|---| | 1 | 2 |",
    *("# head", "- item", "+ item", "* item", "> said", "1. first", "12) twelfth", "---", "===", "```", "[ ] task"),
    "中文 ü é 🙂 “quoted” — dash",
]
SIGNS = r"\`*_{}[]()#+-.!|<>~$:&@/='\"^0a Z"
SCRIPT = """
import json, pathlib
import streamlit as st
from pages.ui import say
from pages.ui.markdown import code, plain
for number, text in enumerate(json.loads(pathlib.Path(__file__).with_name("texts.json").read_text())):
    with st.container(key=f"shown_{number}"):
        say.error(text)
        st.markdown(plain(text))
        st.markdown("**" + plain("a" + text + "a") + "**")
        st.caption(plain(text))
        st.segmented_control("label", [text], format_func=plain)
        st.markdown(code(text.replace(":material/", "")))  # which Streamlit changes in code as well
st.write("the end")
"""


def mixed(seed):
    """Signs that mean something to somebody, in any order."""
    generator = random.Random(seed)
    return " ".join("".join(generator.choices(SIGNS, k=30)).split()) or "empty"


def test_every_text_is_shown_as_it_is(page, tmp_path):
    texts = TEXTS + [mixed(seed) for seed in range(60)]
    (tmp_path / "texts.json").write_text(json.dumps(texts))
    (tmp_path / "shown.py").write_text(SCRIPT)
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    prelude = f"import sys\nsys.path.insert(0, {str(ROOT)!r})"
    with running_script(tmp_path / "shown.py", prelude) as address:
        page.goto(address)
        expect(page.get_by_text("the end")).to_be_visible()
        for number, text in enumerate(texts):
            place = page.locator(f".st-key-shown_{number}")
            parts = place.locator("[data-testid=stMarkdownContainer], [data-testid=stCaptionContainer]")
            expect(parts).to_have_count(7)
            shown = [" ".join(words.replace(JOINER, "").split()) for words in parts.all_inner_texts()]
            unwrapped = text.replace(":material/", "")
            assert shown == [text, text, f"a{text}a", text, "label", text, unwrapped]
            assert not place.locator("a, img, .katex, ul, ol, table, hr, h1, blockquote, pre, s, em").count()
    assert not [url for url in asked if "evil.example" in url]


@pytest.mark.parametrize(
    "address",
    [
        f"train?hidden={quote(PICTURE)}",
        f"train?hidden={quote(LINK)}",
        f"train?model=blocks&blocks={quote(PICTURE)}",
        f"train?seed={quote(LINK)}&batch_size={quote(PICTURE)}",
        f"build?blocks={quote('conv:' + LINK)}",
        "playground?dataset=own&points=" + quote("0,0,![](http://evil.example/px.png)\n1,1,b"),
        "playground?dataset=own&points=" + quote("0,0,![](//evil.example)\n1,1,b\n0,1,[a](//evil.test)\n2,2,b"),
        f"playground?dataset=formula&points={quote(PICTURE)}",
        f"playground?weights={quote(LINK)}",
        f"losses?part=batch&outputs={quote(PICTURE)}",
    ],
)
def test_an_address_fetches_no_picture_and_shows_no_link(app, page, address):
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{app}/{address}")
    answer = page.get_by_test_id("stAlert").or_(page.get_by_text("evil."))
    answer.first.wait_for(state="attached")  # in a tab that is not the first, perhaps
    assert not [url for url in asked if "//evil." in url.partition("?")[0]]
    assert not page.locator("[href*=evil], [src*=evil]").count()
