from __future__ import annotations

from pathlib import Path

from tests.addin.actions.judged_samples import json_of


def test_awards_as_json_tell_every_condition_and_add_up(judged_folder: Path) -> None:
    found = json_of("awards", judged_folder)

    assert found["awards"]
    for award in found["awards"]:
        assert round(sum(award["scores"].values()), 1) == award["total"]
        assert all(condition["why"] for condition in award["conditions"])
        if award["shortlisted"]:
            assert all(condition["met"] for condition in award["conditions"])
    assert [one["name"] for one in found["public"]] == [
        one["name"] for one in found["awards"] if one["shortlisted"]
    ]
