# SPDX-License-Identifier: BSD-3-Clause
"""Does a zip give its regular files and nothing else, whatever it was made to do?"""

import stat
import struct
import zipfile

import pytest

from autograder.course.archive import Limits, members
from autograder.course.collect import SubmissionProblem

SMALL = Limits(archive_bytes=5_000_000, members=50, member_bytes=2_000_000, total_bytes=3_000_000, ratio=100)


def packed(folder, *entries, pack=zipfile.ZIP_DEFLATED):
    """A zip with entries (name or ZipInfo, data)."""
    path = folder / "class.zip"
    with zipfile.ZipFile(path, "w", pack) as opened:
        for name, data in entries:
            opened.writestr(name, data)
    return path


def special(name, mode):
    """An entry with a file mode of its own."""
    entry = zipfile.ZipInfo(name)
    entry.external_attr = mode << 16
    return entry


def refusal(path, limits=SMALL):
    with pytest.raises(SubmissionProblem) as problem:
        list(members(path, limits=limits))
    return str(problem.value)


def test_do_regular_files_come_out_as_they_are(tmp_path):
    path = packed(tmp_path, ("ada/", ""), ("ada/axon.ipynb", "{}"), ("bob/axon.ipynb", "[]"), ("é.txt", "é"))
    assert dict(members(path)) == {
        "ada/axon.ipynb": b"{}",
        "bob/axon.ipynb": b"[]",
        "é.txt": "é".encode(),
    }


@pytest.mark.parametrize(
    "name",
    [
        *("../evil", "a/../../evil", "/etc/evil", "a//b", "./a", "a/.", "..", "C:evil", "C:/evil", "a\\b"),
        *("a\nb", "a\x1b[2Jb", "a\u202eb", "a" * 300, "a/" * 250 + "b"),
    ],
)
def test_are_names_that_lead_elsewhere_or_hide_refused(tmp_path, name):
    assert "class.zip: " in refusal(packed(tmp_path, (name, "x")))


def test_is_a_name_with_an_end_in_its_middle_refused(tmp_path):
    path = packed(tmp_path, ("axon.ipynbX.exe", "x"))
    path.write_bytes(path.read_bytes().replace(b"axon.ipynbX", b"axon.ipynb\0"))
    assert "cannot be seen" in refusal(path)


@pytest.mark.parametrize("twin", ["a.ipynb", "A.IPYNB", "a.ipynb.", "a.ipynb ", "\uff41.ipynb"])
@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_are_two_names_for_one_file_refused(tmp_path, twin):
    assert "differs in case alone" in refusal(packed(tmp_path, ("a.ipynb", "1"), (twin, "2")))


def test_is_a_file_in_place_of_a_folder_refused(tmp_path):
    assert "a folder that is a file" in refusal(packed(tmp_path, ("a", "1"), ("A/b", "2")))
    assert "another entry" in refusal(packed(tmp_path, ("a/b", "1"), ("a", "2")))


@pytest.mark.parametrize("kind", [stat.S_IFLNK, stat.S_IFIFO, stat.S_IFCHR, stat.S_IFBLK, stat.S_IFDIR])
def test_are_links_and_devices_refused(tmp_path, kind):
    path = packed(tmp_path, (special("axon.ipynb", kind | 0o777), "/etc/passwd"))
    assert "is a link or a device" in refusal(path)


def test_is_what_unpacks_to_far_more_refused(tmp_path):
    assert "more than 2 MB" in refusal(
        packed(tmp_path, ("a", bytes(2_000_001))), Limits(member_bytes=2_000_000, ratio=9_999)
    )
    assert "100 times its packed size" in refusal(packed(tmp_path, ("a", bytes(1_500_000))))
    many = [(f"{number}", bytes(900_000)) for number in range(4)]
    assert "unpacks to more than 3 MB" in refusal(packed(tmp_path, *many))


def test_is_a_size_that_lies_not_believed(tmp_path):
    path = packed(tmp_path, ("a", bytes(1_900_000)))
    data = path.read_bytes()
    path.write_bytes(data.replace(struct.pack("<L", 1_900_000), struct.pack("<L", 10)))
    assert "is damaged" in refusal(path)


def test_are_entries_that_share_their_data_refused(tmp_path):
    path = packed(tmp_path, ("a", "x" * 99), ("b", "x" * 99), pack=zipfile.ZIP_STORED)
    data = bytearray(path.read_bytes())
    second = data.rindex(b"PK\x01\x02")
    data[second + 42 : second + 46] = bytes(4)  # the second entry points at the first one's data
    path.write_bytes(data)
    assert "share their data" in refusal(path)


def test_are_too_many_entries_and_too_large_a_zip_refused(tmp_path):
    assert "more than 50 entries" in refusal(packed(tmp_path, *((f"{number}", "") for number in range(51))))
    with (tmp_path / "class.zip").open("wb") as file:
        file.truncate(SMALL.archive_bytes + 1)
    assert "is larger than 5 MB" in refusal(tmp_path / "class.zip")


def test_are_encrypted_and_strangely_packed_entries_refused(tmp_path):
    path = packed(tmp_path, ("a", "x"), pack=zipfile.ZIP_LZMA)
    assert "pack it anew" in refusal(path)
    path = packed(tmp_path, ("a", "x"))
    data = bytearray(path.read_bytes())
    data[data.rindex(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(data)
    assert "is encrypted" in refusal(path)


def test_is_what_is_no_zip_told_in_a_sentence(tmp_path):
    path = tmp_path / "class.zip"
    for data in (b"", b"{}", b"PK\x05\x06", packed(tmp_path, ("a", "x" * 99)).read_bytes()[:-5]):
        path.write_bytes(data)
        assert refusal(path) == "class.zip is not a zip file, or a damaged one."
    path.unlink()
    path.symlink_to("/etc/passwd")
    assert "not a regular file" in refusal(path)


def test_does_one_bad_entry_not_stop_a_class_where_refusals_are_noted(tmp_path):
    path = packed(tmp_path, ("ada/a.ipynb", "1"), ("bob/../a.ipynb", "2"), ("eve/a.ipynb", "3"))
    refused = []
    assert dict(members(path, limits=SMALL, refused=refused)) == {"ada/a.ipynb": b"1", "eve/a.ipynb": b"3"}
    assert len(refused) == 1 and "'bob/../a.ipynb' has a name that leads out" in refused[0]
