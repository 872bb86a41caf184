"""The plans and worksheets as Markdown."""

from collections.abc import Iterable

from core.lessons.path import PATH
from core.text.i18n import N_, _
from pages.ui.navigation import LESSONS
from pages.ui.teaching.plans import PLANS, Moment, length
from pages.ui.teaching.questions import Question, checks_of, predictions_of, question

BASE = "http://localhost:8501"  # where `make run` opens the app
COMMAND = "python -m pages.ui.teaching"
LETTERS = "ABCD"
HOME = next(iter(LESSONS))  # has no name in its address
PAGE_BREAK = '<div style="page-break-after: always"></div>'
LINE = "." * 60

_README = N_("""\
# Teaching with the playground

| | |
|---|---|
{plans}
| [worksheets/](worksheets) | for each lesson one sheet to print: predictions, questions, things to remember, and the \
solutions on a page of their own |

**A plan** is a table of moments. Each has a link that opens the app with everything set for it, one sentence of what \
to do, and a question. Ask it before you move anything, let everyone decide for an answer, and only then show it: who \
has made a prediction sees more. Questions with “{unknown}” are answered by the page itself, from its own numbers.

**The presenter’s view** leads through a plan on a projector: add `?present=45` or `?present=90` to the address of any \
page. What is for self-study is hidden and the type is larger. Page Down and Page Up, which a clicker sends, go to the \
next and the previous moment, N opens your notes in a second window, and Escape ends it.

The links here open the app at {base}. All files of this folder are written from the lessons’ own questions and \
settings; for the address of your app write them again:

```
{command} --base https://your-app.example
```
""")


def documents(base: str = BASE) -> dict[str, str]:
    """Return the text of each file by its path in docs/teaching.

    Args:
        base: the address of the app, without a slash at its end.
    """
    sheets = {page: text for page in LESSONS if (text := _worksheet(page, base))}
    return {
        "README.md": _readme(base),
        **{f"plan-{minutes}.md": _plan(minutes, base) for minutes in PLANS},
        **{f"worksheets/{page}.md": text for page, text in sheets.items()},
    }


def answer_words(asked: Question) -> str:
    """Return the right answer and why, in one line."""
    if asked.right is None:
        return _unknown()
    return f"{asked.answers[asked.right]}. {asked.because}".strip()


def _unknown() -> str:
    return _("The page computes it")


def _readme(base: str) -> str:
    plans = [
        f"| [plan-{minutes}.md](plan-{minutes}.md) | "
        + _("{minutes} minutes, in {moments} moments").format(minutes=length(moments), moments=len(moments))
        + " |"
        for minutes, moments in PLANS.items()
    ]
    return _(_README).format(plans="\n".join(plans), unknown=_unknown(), base=base, command=COMMAND)


def _plan(minutes: str, base: str) -> str:
    moments = PLANS[minutes]
    words = _("These links open the app at {base}. For the presenter’s view begin with {link}.")
    head = [
        "# " + _("A plan for {minutes} minutes").format(minutes=length(moments)),
        words.format(base=base, link=f"<{base}/?present={minutes}>"),
    ]
    columns = [_("Minutes"), _("Open"), _("Do"), _("Ask first"), _("Answer")]
    rows = [_row(columns), _row("-" * len(columns))]
    begin = 0
    for moment in moments:
        end = begin + moment.minutes
        rows.append(_row([f"{begin}–{end}", _link(moment, base), _(moment.do), *_asked(moment)]))
        begin = end
    return _text([*head, "\n".join(rows)])


def _link(moment: Moment, base: str) -> str:
    return f"[{_(LESSONS[moment.page].title)}]({_address(moment.link, base)})"


def _address(link: str, base: str) -> str:
    page, mark, settings = link.partition("?")
    return f"{base}/{'' if page == HOME else page}{mark}{settings}"


def _asked(moment: Moment) -> tuple[str, str]:
    asked = question(moment.ask)
    return f"{asked.prompt} {_lettered(asked)}", answer_words(asked)


def _lettered(asked: Question) -> str:
    return " ".join(f"({letter}) {words}." for letter, words in _letters(asked))


def _row(cells: Iterable[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _worksheet(page: str, base: str) -> str:
    """Return the sheet of a page; "" where it has no questions that could be on one."""
    predictions, checks = predictions_of(page), checks_of(page)
    if not predictions and not checks:
        return ""
    lesson, stop = LESSONS[page], PATH.get(page)
    open_here = _("Open {link}.").format(link=f"<{_address(page, base)}>")
    if stop:
        open_here += " " + _("It takes about {minutes} minutes.").format(minutes=stop.minutes)
        if stop.after:
            before = ", ".join(_(LESSONS[name].title) for name in stop.after)
            open_here += " " + _("Before it: {lessons}.").format(lessons=before)
    remember = [_(words) for words in stop.remember] if stop else []
    sections = [
        (_("Predict first"), [_to_tick(asked) for asked in predictions], [_solution(asked) for asked in predictions]),
        (_("Check yourself"), [_to_tick(asked) for asked in checks], [_solution(asked) for asked in checks]),
        (_("Things to remember"), [f"{LINE}\n   {LINE}" for _words in remember], remember),
    ]
    sheet = ["# " + _(lesson.question), f"*{_(lesson.title)}*", _("Name: {line}").format(line=LINE), open_here]
    solutions = ["# " + _("{page}: solutions").format(page=_(lesson.title))]
    for title, items, solved in sections:
        if items:
            sheet += [f"## {title}", *_numbered(items)]
            solutions += [f"## {title}", "\n".join(_numbered(solved))]
    return _text([*sheet, PAGE_BREAK, *solutions])


def _to_tick(asked: Question) -> str:
    return "\n".join([asked.prompt, *(f"   - ☐ {letter}: {words}" for letter, words in _letters(asked))])


def _letters(asked: Question) -> Iterable[tuple[str, str]]:
    return zip(LETTERS, asked.answers, strict=False)


def _solution(asked: Question) -> str:
    letter = "" if asked.right is None else f"**{LETTERS[asked.right]}** "
    return letter + answer_words(asked)


def _numbered(items: list[str]) -> list[str]:
    return [f"{place}. {item}" for place, item in enumerate(items, 1)]


def _text(blocks: Iterable[str]) -> str:
    return "\n\n".join(block.strip("\n") for block in blocks) + "\n"
