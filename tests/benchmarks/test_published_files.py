"""Files of instances are hostile: every fault ends in one line that names file and place."""

import gzip
import re
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tiny_instances import COUNTY, CPMP, CTDP, GAP, written

from benchmarks.best_known import TableError, find_best, find_table, names_of
from benchmarks.published import InstanceError, Numbers, is_connected, neighbours, read_text
from benchmarks.published_county import read_counties
from benchmarks.published_cpmp import read_medians
from benchmarks.published_ctdp import read_design
from benchmarks.published_gap import read_gap

READERS = {
    "gap": (read_gap, GAP),
    "cpmp": (read_medians, CPMP),
    "ctdp": (read_design, CTDP),
    "county": (read_counties, COUNTY),
}


def fault(read, path):
    with pytest.raises(InstanceError) as refused:
        read(path)
    message = str(refused.value)
    assert message.startswith(f"{path}: ")
    assert "\n" not in message
    return message.removeprefix(f"{path}: ")


@pytest.mark.parametrize("name", READERS)
def test_a_file_that_is_whole_is_read_packed_or_not(name, tmp_path):
    read, text = READERS[name]
    plain = written(tmp_path, "plain", text)
    (tmp_path / "packed.gz").write_bytes(gzip.compress(text.encode()))
    assert repr(read(plain)) == repr(read(tmp_path / "packed.gz"))


@pytest.mark.parametrize("name", READERS)
@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda text: "", "empty"),
        (lambda text: " \n\t", "empty"),
        (lambda text: text.rstrip().rsplit(maxsplit=1)[0], "expected"),
        (lambda text: text + "7\n", "more than its head announces"),
        (lambda text: text.replace("1", "one"), "is not a number"),
        (lambda text: text + "nan", "not a number"),
        (lambda text: text + "1e999", "not a number"),
        (lambda text: "999999999999999 " + text, ""),
        (lambda text: text.replace("2", "-2"), ""),
        (lambda text: text.replace("2", "2.5"), ""),
    ],
)
def test_a_file_that_is_not_what_its_head_says_is_refused(name, change, words, tmp_path):
    read, text = READERS[name]
    assert words in fault(read, written(tmp_path, "broken", change(text)))


@pytest.mark.parametrize("name", READERS)
def test_what_is_no_text_file_is_refused(name, tmp_path):
    read, _ = READERS[name]
    (tmp_path / "binary").write_bytes(b"\xff\xfe\x00\x81")
    (tmp_path / "broken.gz").write_bytes(b"\x1f\x8b\x08no")
    (tmp_path / "cut.gz").write_bytes(gzip.compress(GAP.encode())[:-9])
    assert "not UTF-8" in fault(read, tmp_path / "binary")
    assert fault(read, tmp_path / "broken.gz")
    assert fault(read, tmp_path / "cut.gz")
    assert "No such file" in fault(read, tmp_path / "absent")
    assert "Is a directory" in fault(read, tmp_path)


def test_the_first_word_that_is_no_number_is_named_with_its_line(tmp_path):
    assert fault(read_gap, written(tmp_path, "x", "1 1\n5\nsix\n9\n")) == (
        "line 3: 'six' is not a number"
    )


def test_a_byte_order_mark_is_no_fault(tmp_path):
    assert read_text(written(tmp_path, "x", "\ufeff1")) == "1"


@pytest.mark.parametrize(("value", "fits"), [("1e15", True), ("-1e15", True), ("2e15", False)])
def test_numbers_beyond_what_doubles_tell_apart_are_refused(value, fits, tmp_path):
    if fits:
        assert Numbers(tmp_path, value).block(1, "x")[0] == float(value)
    else:
        with pytest.raises(InstanceError):
            Numbers(tmp_path, value)


@pytest.mark.parametrize(("value", "fits"), [("0", False), ("1", True), ("1.5", False)])
def test_a_count_is_an_integer_of_at_least_its_least(value, fits, tmp_path):
    if fits:
        assert Numbers(tmp_path, value).count("x") == 1
    else:
        with pytest.raises(InstanceError):
            Numbers(tmp_path, value).count("x")


WORDS = st.sampled_from(
    ["0", "1", "2", "-1", "1e9", "1e300", "nan", "-inf", "0x1", "x", "#", "2.5"]
)


@pytest.mark.parametrize("name", READERS)
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_no_change_of_words_leads_to_anything_but_an_instance_or_a_fault(name, data):
    read, text = READERS[name]
    words = re.split(r"(\s+)", text)
    for _ in range(data.draw(st.integers(1, 3))):
        words[data.draw(st.integers(0, len(words) - 1))] = data.draw(WORDS)
    with TemporaryDirectory() as folder, suppress(InstanceError):
        read(written(Path(folder), "x", "".join(words)))


@pytest.mark.parametrize("name", READERS)
@settings(max_examples=40, deadline=None)
@given(raw=st.binary(max_size=60))
def test_no_bytes_lead_to_anything_but_an_instance_or_a_fault(name, raw):
    read, _ = READERS[name]
    with TemporaryDirectory() as folder, suppress(InstanceError):
        (Path(folder) / "x").write_bytes(raw)
        read(Path(folder) / "x")


@pytest.mark.parametrize(("points", "words"), [(20_000, "expected"), (20_001, "20,000 fit")])
def test_more_points_than_distances_fit_into_memory_are_refused(points, words, tmp_path):
    text = f"{points} 2\n0 0 1 1\n"
    assert words in fault(read_medians, written(tmp_path, "x", text))


def test_points_are_connected_through_their_own_number_only():
    beside = neighbours(4, np.array([[0, 1], [1, 2], [2, 3]]))
    assert is_connected(np.array([0, 1, 2]), beside)
    assert not is_connected(np.array([0, 2]), beside)
    assert is_connected(np.array([], dtype=np.int64), beside)


TABLE = (
    "instance,best_known,optimal?,sense\n"
    "folder/a,10,yes,min\nfolder/a,20,yes,max\nb,,proven infeasible,\nc,soon,open,min\n"
)


def test_the_table_is_found_above_the_instance_and_asked_for_first(tmp_path):
    table = written(tmp_path, "best_known.csv", TABLE)
    other = written(tmp_path / "elsewhere", "mine.csv", TABLE)
    path = written(tmp_path / "set" / "folder", "a.txt", GAP)
    assert find_table(path, None) == table
    assert find_table(path, other) == other
    assert find_table(tmp_path.parent / "x" / "y" / "z", None) is None


def test_the_row_is_that_of_the_name_and_of_what_is_wanted(tmp_path):
    table = written(tmp_path, "best_known.csv", TABLE)
    a, b, c = (tmp_path / "folder" / f"{name}.txt" for name in "abc")
    assert find_best(table, a, {"sense": "min"}).value == 10
    assert find_best(table, a, {"sense": "max"}).value == 20
    assert find_best(table, tmp_path / "a.txt", {}) is None
    assert find_best(table, b, {"sense": "min"}).status == "proven infeasible"
    assert find_best(table, b, {}).value is None
    assert find_best(table, c, {}).value is None
    assert find_best(None, a, {}) is None


def test_a_table_that_is_none_is_refused_in_one_line(tmp_path):
    bad = written(tmp_path, "bad.csv", "name,value\na,1\n")
    for path in (bad, tmp_path / "absent.csv", tmp_path):
        with pytest.raises(TableError, match=str(path)):
            find_best(path, tmp_path / "a", {})


@pytest.mark.parametrize(
    ("name", "bare"),
    [("a.txt", "a"), ("a.dat.gz", "a"), ("gap1-0", "gap1-0"), ("ME_05.population", "ME_05")],
)
def test_endings_do_not_belong_to_the_name(name, bare, tmp_path):
    assert names_of(tmp_path / "set" / name) == (f"set/{bare}", bare)
