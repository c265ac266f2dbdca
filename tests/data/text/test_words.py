"""Words come out the same whole or in pieces."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from elman.data.text.words import tokenize

# Pieces that meet at the seams: entities, tags, marks, apostrophes, every kind of white space.
PIECES = st.sampled_from(
    [
        *("&", "&amp;", "&lt", ";", "#39;", "&#39;", "&nbsp;", "quot;", "#", "39", "&not", "it;"),
        *("<", "<br", "/>", "<br/>", "</i>", "<B>", "/", ">", "'", "’", "_", "don", "t", "Σ", "İ"),
        *("e", "\u0301", "\u0338", "हि", "न्", "中", "あ", "ไ", "é", "\u212a", "1", ",", ".", "3.5"),
        *("\x85", "\xa0", "\u2028", "\u2000", "\x1c", "\x00", "\u200b", "\ufe0f", " ", "\n", "\t"),
        *("\ud83d", "😀", "👍🏽", "x"),
    ]
)
TEXTS = st.one_of(st.text(), st.lists(PIECES, max_size=12).map("".join))


@given(TEXTS)
@example("&am\xa0p;<br\x85/>")
@example("ΑΣ <b>Σ</b> Σ")
def test_tokens_of_a_text_are_the_tokens_of_its_pieces(text):
    assert tokenize(text) == [token for piece in text.split() for token in tokenize(piece)]


@given(TEXTS)
def test_tokens_hold_no_white_space_and_can_be_written(text):
    for token in tokenize(text):
        assert token
        assert token.split() == [token]
        assert token.encode()


@given(st.text(st.characters(codec="ascii")))
def test_ascii_texts_and_others_follow_one_rule(text):
    assert [*tokenize(text), "é"] == tokenize(f"{text} é")


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("Don't stop, it’s 'fine'!", ["don't", "stop", "it's", "fine", "!"]),
        ("9.5/10 in 1,000... 3d?!", ["9.5", "10", "in", "1,000", "3d", "?", "!"]),
        ("so_so_ snake $5 10%", ["so", "so", "snake", "$", "5", "10", "%"]),
        ("great.<br /><br />The <i>end</i><BR/>x", ["great", "the", "end", "x"]),
        ("a < b <3 <-- 5 > 4", ["a", "b", "3", "5", "4"]),
        ("&quot;A&amp;B&quot; quot;x", ["a", "b", "x"]),
        ("it #39;s &#39;s &amp;#39; #1", ["it", "s", "s", "1"]),
        ("¿Qué? “so_so” — 好！ 10 €…", ["¿", "qué", "?", "so", "so", "好", "！", "10", "€"]),
        ("中文字と ไทย", ["中", "文", "字", "と", "ไ", "ท", "ย"]),
        ("हिन्दी में السَّلام", ["हिन्दी", "में", "السَّلام"]),
        ("cafe\u0301 CAFÉ", ["café", "café"]),
        ("Straße ﬁn² e\u0301", ["straße", "ﬁn²", "é"]),
        ("one\x85two\u200b😀❤\ufe0f", ["one", "two", "😀", "❤"]),
        ("\ud83d \x00\x01 \t", []),
        ("", []),
    ],
)  # fmt: skip
def test_tokens(text, tokens):
    assert tokenize(text) == tokens
