"""Tables in words, in both languages."""

from __future__ import annotations

from itertools import groupby

from jifen.programme.amounts import Language, in_language
from jifen.programme.model import Programme
from jifen.programme.reading.vocabulary import field_name, value_name, word
from jifen.programme.saying.words import listed
from jifen.programme.ways import Table


def table_sentence(programme: Programme, table: Table, language: Language) -> str:
    """What stands in a table: `Table “miles”, by cabin and fare: economy basic 1, flex 1.5; otherwise 0.5.`"""
    by = [field_name(programme, name, language) for name in table.by]
    rows = []
    for first, members in groupby(table.rows, key=lambda row: row[0][0]):
        rest = [
            " ".join(
                [
                    *(
                        _key(programme, table, keys, place, language)
                        for place in range(1, len(keys))
                    ),
                    value,
                ]
            )
            for keys, value in members
        ]
        name = _key(programme, table, (first,), 0, language)
        rows.append(f"{name} {('、' if language == 'zh' else ', ').join(rest)}")
    called = value_name(programme, table.id, language)
    if language == "zh":
        rows += [f"其余 {table.otherwise}"] if table.otherwise is not None else []
        return f"表格{called}（按{listed(by, 'zh', '、')}）：{'；'.join(rows)}。"
    rows += [f"otherwise {table.otherwise}"] if table.otherwise is not None else []
    return f"Table {called}, by {listed(by, 'en', 'and')}: {'; '.join(rows)}."


def _key(
    programme: Programme, table: Table, keys: tuple[str, ...], place: int, language: Language
) -> str:
    """A value that names a row, as people call it."""
    if table.by[place] == "tier" and programme.tiers:
        for tier in programme.tiers.ladder:
            if tier.id == keys[place]:
                return in_language(tier.name, language)
    return word(programme, keys[place], language) or keys[place]
