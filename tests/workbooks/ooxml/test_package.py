import io
from zipfile import ZIP_DEFLATED, ZipFile

from hypothesis import given, settings
from hypothesis import strategies as st

from workbooks.ooxml.package import ArchiveWriter

names = st.text("ab/中_.", min_size=1, max_size=20)
contents = st.dictionaries(names, st.lists(st.binary(max_size=2_000), max_size=4), max_size=5)


def archived(members: dict[str, list[bytes]]) -> bytes:
    stream = io.BytesIO()
    with ArchiveWriter(stream) as archive:
        for name, pieces in members.items():
            archive.write(name, pieces)
    return stream.getvalue()


@settings(max_examples=50, deadline=None)
@given(contents)
def test_zipfile_reads_back_every_member_and_finds_its_sums_right(members):
    with ZipFile(io.BytesIO(archived(members))) as package:
        assert package.testzip() is None
        assert package.namelist() == list(members)
        for name, pieces in members.items():
            assert package.read(name) == b"".join(pieces)
            assert package.getinfo(name).file_size == len(b"".join(pieces))
            assert package.getinfo(name).compress_type == ZIP_DEFLATED


def test_the_same_content_makes_the_same_bytes_whatever_the_time():
    members = {"a/中.xml": ["帮带日志".encode() * 9_000]}
    first = archived(members)
    with ZipFile(io.BytesIO(first)) as package:
        assert package.getinfo("a/中.xml").date_time == (1980, 1, 1, 0, 0, 0)
    assert archived(members) == first


def test_a_failure_leaves_no_directory_so_the_file_cannot_pass_for_whole():
    stream = io.BytesIO()
    try:
        with ArchiveWriter(stream) as archive:
            archive.write("a", [b"x"])
            raise InterruptedError
    except InterruptedError:
        pass
    assert b"PK\5\6" not in stream.getvalue()
