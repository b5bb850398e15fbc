"""Kingsoft's list of add-ins, as other vendors leave it: only our entry may come and go."""

from __future__ import annotations

import codecs
from dataclasses import dataclass

import defusedxml.ElementTree as ET  # noqa: N817 - its usual name
import pytest
from hypothesis import given
from hypothesis import strategies as st

from addin.hosts.wps.publish_list import NoList, entries, folder_name, with_entry, without_entry

OURS = {
    "name": "bangdai",
    "type": "et",
    "url": "bangdai_0.1.0",
    "version": "0.1.0",
    "enable": "enable_dev",
    "install": "null",
    "customDomain": "",
}


def test_a_new_list_has_our_entry_only() -> None:
    assert with_entry(b"", "0.1.0").decode() == (
        '<?xml version="1.0" encoding="UTF-8"?>\n<jsplugins>\n'
        '  <jsplugin name="bangdai" type="et" url="bangdai_0.1.0" version="0.1.0" '
        'enable="enable_dev" install="null" customDomain=""/>\n</jsplugins>\n'
    )


def test_a_list_that_was_ours_alone_leaves_nothing() -> None:
    assert without_entry(with_entry(b"", "0.1.0")) == b""


def test_the_folder_is_named_by_the_version_as_wps_expects() -> None:
    assert folder_name("0.1.0") == "bangdai_0.1.0"


def test_a_newer_version_takes_the_place_of_the_older() -> None:
    old = b'<jsplugins>\n <a/>\n <jsplugin name="bangdai" type="et" url="bangdai_0"/>\n <b/>\n</jsplugins>'

    new = with_entry(old, "0.1.0")

    assert [entry.tag for entry in entries(new)] == ["a", "jsplugin", "b"]
    assert entries(new)[1].attributes == OURS


def test_an_entry_of_our_name_for_another_program_is_not_ours() -> None:
    theirs = b'<jsplugins><jsplugin name="bangdai" type="wps" url="x"/></jsplugins>'

    assert without_entry(theirs) == theirs
    assert theirs[11:-12] in with_entry(theirs, "0.1.0")


@pytest.mark.parametrize(
    "broken",
    [
        b"<jsplugins>",
        b"<jsplugins/><jsplugins/>",
        b"<plugins/>",
        b"no xml",
        b'<!DOCTYPE jsplugins [<!ENTITY a "b">]><jsplugins>&a;</jsplugins>',
        '<jsplugins name="办公"/>'.encode("gbk"),  # declares nothing, so it is read as UTF-8
        b'<?xml version="1.0" encoding="martian"?><jsplugins/>',
        b'<?xml version="1.0" encoding="hex"?><jsplugins/>',
        codecs.BOM_UTF8,
        codecs.BOM_UTF16_LE + b"<jsplugins/>",
    ],
)
def test_what_is_no_list_is_refused(broken: bytes) -> None:
    for change in (lambda: with_entry(broken, "0.1.0"), lambda: without_entry(broken)):
        with pytest.raises(NoList):
            change()


# --- any list -------------------------------------------------------------------------------------

TEXT = st.text(
    st.characters(codec="gb18030", exclude_categories=("C",)) | st.sampled_from("&<>\"'/ 帮带\t"),
    max_size=8,
)
LETTERS = st.text("abcjsplugin帮", min_size=1, max_size=6)


@st.composite
def attribute(draw: st.DrawFn, name: str, value: str) -> str:
    quote = draw(st.sampled_from("\"'"))
    escaped = value.replace("&", "&amp;").replace("<", "&lt;").replace("\t", "&#9;")
    escaped = escaped.replace(quote, "&quot;" if quote == '"' else "&apos;")
    blank = draw(st.sampled_from(["", " ", "\n  "]))
    return f"{name}{blank}={blank}{quote}{escaped}{quote}"


@st.composite
def element(draw: st.DrawFn, *, ours: bool) -> str:
    values = draw(st.dictionaries(LETTERS, TEXT, max_size=3))
    if ours:
        tag = draw(st.sampled_from(["jsplugin", "jspluginonline"]))
        values |= {"name": "bangdai", "type": "et"}
    else:
        tag = draw(st.sampled_from(["jsplugin", "jspluginonline", "jsplugins", "其他"]))
        values["name"] = draw(st.sampled_from(["bangdai", "bangdai2", "办公助手"]))
        values["type"] = draw(st.sampled_from(["wps", "wpp", "ET"]))
    said = [
        draw(attribute(name, value)) for name, value in draw(st.permutations(list(values.items())))
    ]
    start = f"<{tag} " + draw(st.sampled_from([" ", "\n\t"])).join(said)
    inside = draw(st.sampled_from(["/>", " />", f"></{tag}>", f"> <{tag}/>字</{tag}  >"]))
    return start + inside


BETWEEN = st.sampled_from(
    ["", "\n", "\r\n\t", "\n\n    ", "<!-- </jsplugins> -->", "<?kso x?>", "<![CDATA[<a/>]]>", "字"]
)


@dataclass(frozen=True)
class Given:
    """A list as a file holds it, the parts in it that are not ours, and how many entries are."""

    content: bytes
    encoding: str
    parts: list[str]
    ours: int


@st.composite
def lists(draw: st.DrawFn, most_ours: int = 3) -> Given:
    bom, encoding, declared = draw(
        st.sampled_from([
            (b"", "utf-8", ""),
            (b"", "utf-8", "UTF-8"),
            (codecs.BOM_UTF8, "utf-8", "utf-8"),
            (b"", "gb18030", "GB18030"),
            (codecs.BOM_UTF16_LE, "utf-16-le", "UTF-16"),
            (codecs.BOM_UTF16_BE, "utf-16-be", ""),
        ])
    )  # fmt: skip
    kinds = draw(st.lists(st.booleans(), max_size=5))
    while kinds.count(True) > most_ours:
        kinds.remove(True)
    parts = [draw(BETWEEN)]
    for ours in kinds:
        parts += ["" if ours else draw(element(ours=False)), draw(BETWEEN)]
    whole, place = parts[0], 0
    for ours in kinds:
        place += 2
        whole += (draw(element(ours=True)) if ours else parts[place - 1]) + parts[place]
    head = f'<?xml version="1.0" encoding="{declared}"?>\n' if declared else ""
    text = f"{head}<jsplugins>{whole}</jsplugins>\n<!-- 末尾 -->"
    kept = [part.strip() for part in parts if part.strip()]
    return Given(bom + text.encode(encoding), encoding, kept, kinds.count(True))


def others(content: bytes) -> list[tuple[str, dict[str, str], str]]:
    """Return every element that is not ours, as another parser sees it."""
    encoding = next((e for b, e in ((codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
                     if content.startswith(b)), "")  # fmt: skip
    text = content.decode(encoding or ("gb18030" if b"GB18030" in content else "utf-8-sig"))
    root = ET.fromstring(text.partition("?>\n")[2] if text.startswith("<?xml") else text)
    return [
        (one.tag, dict(one.attrib), "".join(one.itertext()))
        for one in root
        if not (one.tag != "其他" and one.get("name") == "bangdai" and one.get("type") == "et")
    ]


def keeps_the_rest(given_list: Given, content: bytes) -> bool:
    """Tell whether every other part stands in the file letter by letter and in its order."""
    text, place = content.decode(given_list.encoding), 0
    for part in given_list.parts:
        place = text.find(part, place)
        if place < 0:
            return False
        place += len(part)
    return text.endswith("</jsplugins>\n<!-- 末尾 -->")


@given(lists())
def test_our_entry_stands_once_and_the_rest_is_kept_byte_for_byte(one: Given) -> None:
    content = with_entry(one.content, "0.1.0")

    assert [dict(e.attributes) for e in entries(content) if e.is_ours] == [OURS]
    assert keeps_the_rest(one, content)
    assert others(content) == others(one.content)
    assert with_entry(content, "0.1.0") == content


@given(lists())
def test_without_our_entry_the_rest_is_kept_byte_for_byte(one: Given) -> None:
    content = without_entry(one.content)

    assert not [entry for entry in entries(content) if entry.is_ours]
    assert keeps_the_rest(one, content)
    assert others(content) == others(one.content)


@given(lists(most_ours=0))
def test_putting_in_and_taking_out_gives_the_same_file(one: Given) -> None:
    assert without_entry(with_entry(one.content, "0.1.0")) == one.content


@pytest.mark.parametrize("root", ["<jsplugins/>", "<jsplugins />", "<jsplugins a='>' />"])
def test_an_empty_root_is_opened(root: str) -> None:
    content = with_entry(f"<!-- a -->{root}<!-- b -->".encode(), "0.1.0")

    assert [dict(entry.attributes) for entry in entries(content)] == [OURS]
    assert content.startswith(b"<!-- a --><jsplugins")
    assert content.endswith(b"</jsplugins><!-- b -->")


SCRAPS = st.sampled_from(
    [
        b"<jsplugins",
        b"</jsplugins>",
        b"/>",
        b">",
        b"<a",
        b' b="',
        b"'",
        b"<!--",
        b"-->",
        b"\xff",
        b"\n",
    ]
)


@given(st.binary(max_size=20) | st.lists(SCRAPS, max_size=8).map(b"".join))
def test_any_bytes_are_a_list_or_refused(content: bytes) -> None:
    try:
        changed = with_entry(content, "0.1.0")
    except NoList:
        return
    assert [entry.is_ours for entry in entries(changed)].count(True) == 1
