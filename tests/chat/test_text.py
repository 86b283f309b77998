"""Words: ours are translated at delivery, a member's stay as they are."""

import pickle
from zoneinfo import ZoneInfo

from peerbot.chat.plain import plain
from peerbot.chat.text import Bold, Code, Link, Mention, Moment, Rich, joined, length_of, resolve
from peerbot.i18n import Msg, _, n_, translate
from peerbot.testing import NOW, SAM


def test_a_placeholder_takes_its_argument() -> None:
    assert plain(_("Hello {name}.", name="Sam")) == "Hello Sam."


def test_a_placeholder_without_an_argument_is_not_lost() -> None:
    assert plain(_("Hello {name}.")) == "Hello {name}."


def test_an_argument_may_be_words_of_ours_or_a_span() -> None:
    words = _("{who} asked {what}", who=Bold(_("Someone")), what=_("a question"))
    assert resolve(words, "en") == Rich((Bold(Rich(("Someone",))), " asked a question"))


def test_what_a_member_wrote_is_never_read_as_a_template() -> None:
    assert (
        plain(_("You wrote {text}", text="{name} {0} %s {text}"))
        == "You wrote {name} {0} %s {text}"
    )
    assert plain("{name}") == "{name}"


def test_one_and_many() -> None:
    assert [plain(n_("{n} answer", "{n} answers", n)) for n in (0, 1, 2)] == [
        "0 answers",
        "1 answer",
        "2 answers",
    ]


def test_a_language_without_the_words_falls_back_to_english() -> None:
    assert translate(_("Words that nobody has translated yet"), "fr") == (
        "Words that nobody has translated yet"
    )


def test_words_can_be_compared_hashed_and_stored() -> None:
    words = _("Hello {name}", name="Sam")
    assert {words: 1}[_("Hello {name}", name="Sam")] == 1
    assert pickle.loads(pickle.dumps(words)) == words


def test_joined_keeps_the_spans() -> None:
    words = joined("call ", Code("988"), " ", Link(_("more"), "https://a.test"))
    assert resolve(words, "en").spans == (
        "call ",
        Code("988"),
        " ",
        Link(Rich(("more",)), "https://a.test"),
    )


def test_resolving_twice_changes_nothing() -> None:
    once = resolve(_("a {b} c", b=Bold("x")), "en")
    assert resolve(once, "fr") == once


def test_length_is_what_a_reader_sees() -> None:
    moment = Moment(NOW, ZoneInfo("UTC"))
    words = resolve(joined("ab", Bold("cd"), Link("ef", "https://long.test"), moment), "en")
    assert length_of(words) == 6 + 24
    assert length_of(Mention(SAM)) == 24


def test_bare_strings_are_not_messages() -> None:
    assert not isinstance(resolve("x", "en").spans[0], Msg)
