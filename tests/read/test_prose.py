"""Words around the tables, after the reader."""

from __future__ import annotations

import pytest

from pipeline.read.prose import full_width


@pytest.mark.parametrize(
    ("read", "text"),
    [
        ("公开意识不强,更新不够及时;", "公开意识不强，更新不够及时；"),
        ("改进措施:加强", "改进措施：加强"),
        ("《条例》:", "《条例》："),
        ("收到申请1,036件", "收到申请1,036件"),
        ("网址:http://www.gov.cn", "网址:http://www.gov.cn"),
        ("10:30", "10:30"),
        ("(一)总体情况", "(一)总体情况"),
    ],
)
def test_signs_behind_chinese_are_as_wide_as_it(read: str, text: str) -> None:
    assert full_width(read) == text
