"""What a web site puts around a report: places, buttons, dates of posting, imprints. Known by its words.

It comes along in pages printed by a browser, in saved ones and in texts extracted from them.
"""

from __future__ import annotations

import re

from pipeline.narrative.text import plain

LONGEST = 90  # characters; more are prose, whatever they begin with

_BUTTON = (
    r"(?:打印(?:本页|此页|本文)?|关闭(?:窗口|本页)?|(?:加入)?收藏(?:本页)?|分享(?:到|至)?|微信|微博|QQ空间|"
    r"(?:视力)?保护色|默认|正常|字体(?:大小)?|字号|特?大|中|小|繁[體体]|简体|无障碍(?:浏览|阅读)?|长者模式|"
    r"返回(?:顶部|首页|列表|上一页)?|网站首页|首页|上一[篇条页]|下一[篇条页]|没有了|扫一扫.{0,16}|责任编辑)"
)
_BUTTONS = re.compile(rf"(?:[\[【(<〈]?{_BUTTON}[\]】)>〉]?[::|/·、,+\-A]*){{1,12}}", re.IGNORECASE)
_LONE = re.compile(r"[特大中小正常默认首页没有了微信微博]{1,2}")
_PLACE = re.compile(r"(?:您?(?:当前|现在)?的?(?:所在)?位置|首页)(?:是)?[::>›»/].*[^。]")
_POSTED = re.compile(
    r"(?:(?:发布|发文|更新|公开|成文)(?:日期|时间)|(?:信息|文章|稿件)?来源|浏览(?:次数|量|数)?|点击(?:次数|量|数|率)|"
    r"访问(?:次数|量|数)|阅读(?:次数|量|数)?|作者|索引号|发布机构|组配分类|公开方式|责任编辑|编辑|审核)[::]"
)
_TOLD = re.compile(r"\d")
_IMPRINT = re.compile(
    r"(?:主办|承办|协办|主管|技术支持|运行维护|建设维护|版权所有|维护)(?:单位|部门|机构)?(?:[::]|©)|版权所有|"
    r"(?:政府)?网站标识码|(?:.ICP备|.?公网安备|Copyright|©).*\d|网站(?:地图|声明)(?:[|·:].*)?$|"
    r"(?:联系我们|关于我们|隐私声明|免责声明)(?:[|·:].*)?$",
    re.IGNORECASE,
)
_BROWSER = re.compile(
    r"(?:您?的?当前)?(?:您的)?浏览器版本|.{0,20}(?:建议|推荐)(?:您)?(?:使用|升级|安装).{0,40}浏览器"
)


def is_of_site(text: str) -> bool:
    """Return whether a line belongs to the site that shows the report, and not to the report."""
    words = plain(text)
    if not words or len(words) > LONGEST or (words.endswith("。") and not _BROWSER.match(words)):
        return False
    if _BUTTONS.fullmatch(words):
        return len(words) > 2 or _LONE.fullmatch(words) is None
    posted = _POSTED.match(words) is not None and len(_POSTED.findall(words)) + bool(_TOLD.search(words)) > 1
    return posted or any(pattern.match(words) for pattern in (_PLACE, _IMPRINT, _BROWSER))
