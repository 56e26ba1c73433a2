"""The converter of a third-party layout, on a small sample whose figures are made up."""

import csv
import importlib.util
import json
import sys
from datetime import date

import pytest

from app.answers.queries import question
from app.readings.choices import Choices
from app.settings import PROJECT
from tests.ledger.ledgers import taken_in, told

SCRIPT = PROJECT / "examples" / "ua-genstaff" / "convert.py"
PERSONNEL = (
    "date,day,personnel,personnel*,POW\n"
    "2022-04-29,2,100,about,0\n2022-04-30,3,250,more,4\n2022-05-01,4,300,about,\n"
)
EQUIPMENT = (
    "date,day,tank,military auto,fuel tank,greatest losses direction,vehicles and fuel tanks\n"
    "2022-04-29,2,10,20,3,,\n2022-04-30,3,14,22,3,Nowhere,\n2022-05-01,4,12,,,,30\n"
)
CORRECTIONS = "date,day,tank,personnel\n2022-05-01,4,-5,0\n"


@pytest.fixture(scope="module")
def converter():
    """The script as a module; its folder is no package."""
    spec = importlib.util.spec_from_file_location("ua_genstaff_convert", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # its dataclasses look themselves up there
    spec.loader.exec_module(module)
    yield module
    del sys.modules[spec.name]


@pytest.fixture
def sample(tmp_path):
    """A folder with the three files; a test writes some of them anew."""
    for name, text in (("", PERSONNEL), ("equipment", EQUIPMENT), ("equipment_correction", CORRECTIONS)):
        (tmp_path / f"russia_losses_{name or 'personnel'}.csv").write_text(text)
    return tmp_path


def converted(converter, folder) -> dict[str, dict[str, str]]:
    """The claims of the ledger that is made, by claim_ref without what they all begin with."""
    into = folder / "ledger"
    assert converter.main([str(folder), str(into), "--collected-by", "A collection"]) == 0
    with (into / "claims.csv").open(encoding="utf-8", newline="") as file:
        return {row["claim_ref"].removeprefix("ua-genstaff-"): row for row in csv.DictReader(file)}


def test_each_figure_becomes_a_total_as_of_its_day_with_its_hedge(converter, sample):
    rows = converted(converter, sample)
    assert len(rows) == 13
    about, more = rows["personnel-lost-20220429"], rows["personnel-lost-20220430"]
    assert (about["nature"], about["qualifier"], about["point"], about["low"]) == (
        "total",
        "about",
        "100",
        "",
    )
    assert (more["qualifier"], more["point"], more["low"]) == ("more_than", "", "250")
    assert (more["as_of"], more["said_on"], more["publisher"]) == ("2022-04-30", "2022-04-30", "A collection")
    assert rows["vehicles-and-tankers-lost-20220501"]["point"] == "30"
    assert "vehicles-lost-20220501" not in rows


def test_a_count_that_falls_is_handed_on_with_both_figures_and_said_so(converter, sample):
    rows = converted(converter, sample)
    assert [rows[f"tanks-lost-{day}"]["point"] for day in ("20220430", "20220501")] == ["14", "12"]
    assert rows["tanks-lost-20220501"]["note"] == (
        "The count falls: the last figure before was 14. The collection lists a correction by -5 on this day."
    )


def test_the_ledger_is_taken_in_and_its_method_contests_the_fall(session, converter, sample):
    converted(converter, sample)
    report = taken_in(session, sample / "ledger")
    assert (told(report), report.new) == ([], 13)
    assert taken_in(session, sample / "ledger").unchanged == 13
    asked = question(session, "russian-forces-ukraine", "tanks-lost", Choices(known_on=date(2022, 5, 2)))
    contested = [one.claim_ref for one in asked.reading().contested]
    assert contested == ["ua-genstaff-tanks-lost-20220430"]


def typed(cell: str) -> int | str | None:
    """A cell as JSON has it."""
    return int(cell) if cell.isdigit() else cell or None


def test_the_same_rows_as_json_make_the_same_ledger(converter, sample):
    before = converted(converter, sample)
    for path in sample.glob("*.csv"):
        rows = csv.DictReader(path.read_text().splitlines())
        entries = [
            {name: int(cell) if cell.isdigit() else cell or None for name, cell in row.items()}
            for row in rows
        ]
        path.with_suffix(".json").write_text(json.dumps(entries))
        path.unlink()
    assert converted(converter, sample) == before


@pytest.mark.parametrize(
    ("file", "old", "new", "place"),
    [
        ("personnel", "about", "perhaps", "line 2, column personnel*, “perhaps”: is none of about, more"),
        ("personnel", "100", "1e2", "line 2, column personnel, “1e2”: is not a whole number"),
        ("personnel", "2022-04-30", "2022-04-29", "line 3: 2022-04-29 is there twice"),
        ("personnel", "2022-04-30", "30.4.2022", "line 3, column date, “30.4.2022”: is not a day"),
        ("personnel", "POW", "wounded", "line 2: the column “wounded” is not known"),
        (
            "equipment",
            "2022-05-01,4,12,,",
            "2022-05-01,4,12,5,",
            "has a figure after 2022-04-30, when it was joined",
        ),
        ("equipment", "2022-05-01,4,12,,,,30", "2022-05-01,4", "line 4: has not as many cells"),
    ],
)
def test_what_is_not_understood_stops_the_conversion_by_its_place(
    converter, sample, capsys, file, old, new, place
):
    path = sample / f"russia_losses_{file}.csv"
    path.write_text(path.read_text().replace(old, new, 1))
    assert converter.main([str(sample), str(sample / "ledger"), "--collected-by", "A collection"]) == 1
    assert place in capsys.readouterr().err
    assert not (sample / "ledger").exists()


def test_a_folder_without_the_files_is_refused(converter, tmp_path, capsys):
    assert converter.main([str(tmp_path), str(tmp_path / "ledger"), "--collected-by", "A collection"]) == 1
    assert "neither russia_losses_personnel.csv nor" in capsys.readouterr().err
