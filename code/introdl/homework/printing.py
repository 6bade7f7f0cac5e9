"""Sheets and keys as pages to print: HTML with its own style, no script, nothing fetched; the browser sets the Chinese.

A page takes two tasks, or one that fills it alone; whatever they leave free is room to work.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from introdl import language
from introdl.homework import answers
from introdl.homework.markup import number, table
from introdl.homework.sheets import Paper
from introdl.language import label

HALVES_A_PAGE = 2
FONTS = "system-ui, 'Noto Sans TC', 'PingFang TC', 'Microsoft JhengHei', 'Noto Sans CJK TC', sans-serif"

# The page is 1 mm lower than A4 less its margins: a browser that rounds up must not begin another.
STYLE = (
    f"""
@page {{ size: A4; margin: 11mm 13mm }}
@page key {{ size: A4 landscape; margin: 11mm }}
* {{ box-sizing: border-box }}
body {{ margin: 0; color: #1b1f24; background: #fff; font: 10pt/1.38 {FONTS} }}
"""
    + """
i { font-family: 'Times New Roman', 'Liberation Serif', serif; font-size: 1.08em }
sub, sup { font-size: .72em; line-height: 0 }
h1 { font-size: 13pt; margin: 0 }
h2 { font-size: 11.5pt; margin: 0 0 .5mm }
h3 { font-size: 10.5pt; margin: 0 0 1mm }
p { margin: 0 0 1.5mm }
.page { height: 274mm; display: flex; flex-direction: column; gap: 3mm; padding-right: .3mm; break-after: page }
.page:last-child { break-after: auto }
header, footer, .who { display: flex; justify-content: space-between; gap: 6mm }
header { align-items: baseline; border-bottom: .5mm solid; padding-bottom: 1.5mm }
footer { border-top: .2mm solid; padding-top: 1mm; font-size: 9pt; line-height: 1.35 }
.who, .code, .formula { white-space: nowrap }
.blank { display: inline-block; min-width: 38mm; border-bottom: .2mm solid }
.name { display: inline-block; max-width: 60mm; overflow: hidden; text-overflow: ellipsis; vertical-align: bottom }
section { flex: 1 1 auto; display: flex; flex-direction: column; min-height: 0 }
table { border-collapse: collapse; width: 100%; margin: 0 0 2mm; font-variant-numeric: tabular-nums }
th, td { border: .2mm solid #6b7280; padding: .3mm 1.5mm; text-align: center; font-weight: normal }
thead th { background: #eef1f5; font-size: 9.5pt; print-color-adjust: exact; -webkit-print-color-adjust: exact }
.network { display: flex; gap: 5mm; align-items: center; margin-bottom: 1mm }
.network > * { flex: 1 1 0 }
.picture svg { display: block; width: 100%; height: auto; max-height: 62mm }
.lines { flex: 1 1 auto; display: flex; flex-direction: column }
.line { flex: 1 1 7.2mm; min-height: 7.2mm; display: flex; align-items: flex-end; gap: 2mm; padding-top: 1mm }
.head { min-width: 9mm; text-align: right; white-space: nowrap }
.work { flex: 1 1 auto; border-bottom: .25mm dotted #6b7280 }
.box { position: relative; display: inline-block; width: 25mm; height: 6.5mm; border: .35mm solid; border-radius: .8mm }
.box small { position: absolute; left: .8mm; top: 0; font-size: 6.5pt; line-height: 1.3; color: #4a5568 }
.rules { display: flex; flex-wrap: wrap; justify-content: space-between; gap: 0 6mm }
.steps { flex: 1 1 auto; display: flex; gap: 6mm }
.steps > div { flex: 1 1 0; display: flex; flex-direction: column }
.steps .head { min-width: 12mm }
.points th, .points td { padding: 0 .5mm }
.points td { height: 7.5mm }
.points td:nth-child(4) { min-width: 13mm }
.points td:last-child { width: 25mm }
.points .box { border: 0; width: 100% }
.key { page: key }
.key h2 { margin-top: 4mm }
.key table { width: auto; font-size: 8.5pt; margin-right: .3mm }
.key tr { break-inside: avoid }
.key th, .key td { padding: .3mm 1.2mm }
.key thead th { font-size: 7.5pt }
.key td:nth-child(2) { min-width: 17mm }
@media screen {
  body { background: #e5e7eb; padding: 4mm }
  .page, .key { background: #fff; padding: 11mm 13mm; margin: 0 auto 4mm }
  .page { width: 210mm; height: auto; min-height: 297mm }
}
"""
)


def sheets_document(papers: Sequence[Paper], term: str = "") -> str:
    """Return the pages of one student or of a whole class as one HTML file, in the language in use.

    Parameters
    ----------
    papers : sequence of Paper
    term : str
        Printed in the head of every page.

    Returns
    -------
    str

    Examples
    --------
    >>> from introdl.homework.sheets import Student, paper
    >>> document = sheets_document([paper(Student("101"), ["descent"])])
    >>> document.count('class="page"'), document.count('class="box"')
    (1, 14)
    """
    pages = [_page(paper, places, term) for paper in papers for places in _pages(paper)]
    whose = papers[0].student.number if len(papers) == 1 else ""
    return _document(" ".join([label("homework.title"), term, whose]), "\n".join(pages))


def key_document(papers: Sequence[Paper], term: str = "") -> str:
    """Return the right numbers of all students as tables to print, one for each kind of sheet."""
    tables = []
    for place, task in enumerate(papers[0].tasks):
        names = [field.name for field in task.fields]
        heads = [
            label("homework.student"),
            label("homework.name"),
            label("homework.code"),
            *(name.replace("_", "_<wbr>") for name in names),
        ]
        rows = []
        for paper in papers:
            student = paper.student
            right = [number(paper.solution[field.name]) for field in paper.tasks[place].fields]
            rows.append([student.number, escape(student.name), paper.code, *right])
        tables.append(f"<h2>{label(f'homework.{task.name}')}</h2>{table(heads, rows)}")
    title = " ".join([label("homework.key"), term])
    return _document(title, f'<main class="key"><h1>{escape(title)}</h1>{"".join(tables)}</main>')


def _pages(paper: Paper) -> list[list[int]]:
    """Return the places of the tasks that share a page, page by page, in their order."""
    pages: list[list[int]] = []
    room = 0
    for place, task in enumerate(paper.tasks):
        if task.halves > room:
            pages.append([])
            room = HALVES_A_PAGE
        pages[-1].append(place)
        room -= task.halves
    return pages


def _page(paper: Paper, places: Sequence[int], term: str) -> str:
    student = paper.student
    name = f'<span class="name">{escape(student.name)}</span>' if student.name else '<span class="blank">&nbsp;</span>'
    who = (
        f"<span>{label('homework.student')} <b>{student.number}</b></span><span>{label('homework.name')} {name}</span>"
    )
    several = len(paper.tasks) > 1
    sections = "".join(
        f"<section><h2>{f'{place + 1}. ' * several}{label(f'homework.{task.name}')}</h2>{task.body()}</section>"
        for place, task in ((place, paper.tasks[place]) for place in places)
    )
    foot = label("homework.foot", file=f"<b>{answers.file_name(student)}</b>")
    code = f'<span class="code">{label("homework.code")} <b>{paper.code}</b></span>'
    title = " · ".join(part for part in (label("homework.title"), escape(term)) if part)
    return (
        f'<article class="page"><header><h1>{title}</h1><span class="who">{who}</span></header>'
        f"{sections}<footer><span>{foot}</span>{code}</footer></article>"
    )


def _document(title: str, body: str) -> str:
    code = {"zh-TW": "zh-Hant-TW"}.get(language.current(), language.current())
    return (
        f'<!DOCTYPE html>\n<html lang="{code}"><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width"><title>{escape(title.strip())}</title>'
        f"<style>{STYLE}</style></head>\n<body>\n{body}\n</body></html>\n"
    )
