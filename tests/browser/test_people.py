"""Tests in a browser name their reason when there is none, and never pass by it unseen on CI."""

import pytest

from tests.browser.people import chromium_path


@pytest.mark.parametrize(("ci", "outcome"), [("true", pytest.fail.Exception), ("", pytest.skip.Exception)])
def test_without_chromium_a_test_is_skipped_and_on_ci_it_fails(
    monkeypatch: pytest.MonkeyPatch, ci: str, outcome: type[Exception]
) -> None:
    monkeypatch.setenv("PATH", "")
    monkeypatch.setenv("CI", ci)

    with pytest.raises(outcome, match="there is no `chromium` on the PATH"):
        chromium_path()
