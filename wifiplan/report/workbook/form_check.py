"""The formula of the check column: a line of the sheet of rooms says at once what it lacks."""

from collections.abc import Mapping

from wifiplan.files.form_words import ROOM_COLUMNS, USES
from wifiplan.scheme.options import Lang

_PLACE = ("block", "floor", "order")
_SIZE = ("length", "depth")
_SIZED = ("classroom", "specialist", "office")


def check_formula(
    letters: Mapping[str, str], rows: tuple[int, int], blocks: str, lang: Lang, words: Mapping[str, str]
) -> str:
    """Return the formula, with {r} for the number of its row.

    Parameters
    ----------
    letters : mapping of str to str
        The letter of every column by its key.
    rows : (int, int)
        First and last row of the table.
    blocks : str
        The area of the sheet of blocks that holds their names.
    lang : "zh-TW" or "en"
        Language of its words.
    words : mapping of str to str
        The texts of that language.

    Returns
    -------
    str
        "" in a blank line, a tick in one that will do, else what is missing or stands twice.
    """
    names = {column.key: column.word(lang).split("（")[0].split(" (")[0] for column in ROOM_COLUMNS}
    uses = {choice.value: choice.word(lang) for choice in USES}
    comma = words["form.check.comma"]
    at = {key: f"{letter}{{r}}" for key, letter in letters.items()}
    parts = [_if(_lacks(at[key]), names[key], comma) for key in ("floor", "order")]
    # one block needs no name in every line
    parts.insert(0, _if(f"AND({_lacks(at['block'])},COUNTA({blocks})<>1)", names["block"], comma))
    unknown = f'AND({at["block"]}<>"",COUNTA({blocks})>0,COUNTIF({blocks},{at["block"]})=0)'
    parts.append(_if(unknown, words["form.check.unknown_block"], comma))
    parts.append(_if(_lacks(at["use"]), words["form.check.use"], comma))
    is_class = f'{at["use"]}="{uses["classroom"]}"'
    parts.append(_if(f"AND({is_class},{_lacks(at['class_size'])})", names["class_size"], comma))
    sized = ",".join(f'{at["use"]}="{uses[use]}"' for use in _SIZED)
    parts += [_if(f"AND({_lacks(at[key])},OR({sized}))", names[key], comma) for key in _SIZE]
    areas = {key: f"${letters[key]}${rows[0]}:${letters[key]}${rows[1]}" for key in (*_PLACE, "side", "inventory_id")}
    same = ",".join(f'{areas[key]},{at[key]}&""' for key in (*_PLACE, "side"))
    parts.append(_if(f'AND({at["order"]}<>"",COUNTIFS({same})>1)', words["form.check.twice"], comma))
    ids = f'AND({at["inventory_id"]}<>"",COUNTIF({areas["inventory_id"]},{at["inventory_id"]})>1)'
    parts.append(_if(ids, words["form.check.id_twice"], comma))
    lack = words["form.check.lack"]
    blank = f"COUNTA({letters['block']}{{r}}:{letters['depth']}{{r}})=0"
    said = f'"{lack}"&{"&".join(parts)}&"|"'
    return f'=IF({blank},"",SUBSTITUTE(SUBSTITUTE({said},"{lack}|","✓"),"{comma}|",""))'


def _lacks(cell: str) -> str:
    return f'{cell}=""'


def _if(condition: str, text: str, comma: str) -> str:
    return f'IF({condition},"{text}{comma}","")'
