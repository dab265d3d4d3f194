"""Moments, however they are written."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from nlp.core.written_times import NotATime, parse_time

SHANGHAI = ZoneInfo("Asia/Shanghai")


# ── times ──
@pytest.mark.parametrize(
    "cell",
    [
        "2019/2/28 11:25:05",
        "2019-02-28 11:25:05",
        "2019-02-28T11:25:05+08:00",
        "2019-02-28T03:25:05Z",
        "2019.2.28 11:25:05",
        "2019年2月28日 11时25分05秒",
        "2019/2/28 上午11:25:05",
        "２０１９/２/２８ 11:25:05",
        "20190228112505",
        "1551324305",
        "1551324305000",
        "43524.47575231482",
        datetime(2019, 2, 28, 11, 25, 5),
    ],
)
def test_a_moment_is_read_however_it_is_written(cell):
    assert parse_time(cell, SHANGHAI) == datetime(2019, 2, 28, 11, 25, 5, tzinfo=SHANGHAI)


@pytest.mark.parametrize("cell", ["", "昨天", "2019", "13/13/2019", "2019-02-30", "2019/1/1 25:00", "99999999", "1e9"])
def test_what_is_no_moment_is_refused(cell):
    with pytest.raises(NotATime):
        parse_time(cell, SHANGHAI)
