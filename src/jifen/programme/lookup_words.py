"""Tables in words, in both languages."""

from __future__ import annotations

from itertools import groupby

from jifen.programme.amounts import Language
from jifen.programme.ways import Table
from jifen.programme.words import field_name, listed


def table_sentence(table: Table, language: Language) -> str:
    """What stands in a table: `Table “miles”, by cabin and fare: economy basic 1, flex 1.5; otherwise 0.5.`"""
    by = [field_name(name, language) for name in table.by]
    rows = []
    for first, members in groupby(table.rows, key=lambda row: row[0][0]):
        rest = [" ".join([*keys[1:], value]) for keys, value in members]
        rows.append(f"{first} {('、' if language == 'zh' else ', ').join(rest)}")
    if language == "zh":
        rows += [f"其余 {table.otherwise}"] if table.otherwise is not None else []
        return f"表格“{table.id}”（按{listed(by, 'zh', '、')}）：{'；'.join(rows)}。"
    rows += [f"otherwise {table.otherwise}"] if table.otherwise is not None else []
    return f"Table “{table.id}”, by {listed(by, 'en', 'and')}: {'; '.join(rows)}."
