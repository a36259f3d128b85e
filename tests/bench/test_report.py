"""The arithmetic of the benchmark: ratios by rounds, goals from both sides, jobs that are found."""

from importlib import import_module
from pkgutil import iter_modules

import pytest

from tests.bench import jobs
from tests.bench.report import Row, write
from tests.bench.rounds import Rounds, Spread, interleaved


def test_ratio_is_the_median_over_rounds_not_the_ratio_of_medians():
    rounds = Rounds({"peer": [10.0, 40.0, 90.0], "ours": [1.0, 10.0, 9.0]})
    assert rounds.ratio("peer", "ours").median == pytest.approx(10.0)


def test_every_contender_runs_once_a_round_and_each_goes_first_in_turn():
    calls: list[str] = []
    contenders = {name: lambda name=name: calls.append(name) for name in "abc"}
    rounds = interleaved(contenders, rounds=3, warm=0)
    assert "".join(calls) == "abcbcacab"
    assert {len(times) for times in rounds.seconds.values()} == {3}


@pytest.mark.parametrize(
    ("bounds", "goal", "met"),
    [
        ({"at_least": 10}, ">= 10", True),
        ({"at_least": 13}, ">= 13", False),
        ({"at_most": 12}, "<= 12", True),
        ({}, "", None),
    ],
)
def test_a_goal_is_a_bound_on_the_median(bounds, goal, met):
    row = Row("trace", "Elman", "torch", Spread(12.0, 9.0, 14.0), **bounds)
    assert (row.goal, row.met) == (goal, met)
    assert "12x [9 - 14]" in row.line


def test_the_record_is_json(tmp_path):
    path = tmp_path / "new" / "bench.json"
    write(path, [Row("a", "b", "c", Spread.of([1.0]))], {"cores": 2}, {"quick": True})
    assert '"cores": 2' in path.read_text("utf-8")


@pytest.mark.parametrize("name", [module.name for module in iter_modules(jobs.__path__)])
def test_every_file_of_the_folder_is_a_job(name):
    job = import_module(f"{jobs.__name__}.{name}")
    assert callable(job.run)
    assert job.__doc__
