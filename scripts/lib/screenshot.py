"""The web page whose screenshot stands in the middle of one seed: a table that is not of the form."""

from __future__ import annotations

import cv2
import numpy as np

from scripts.lib.render import picture_html

WIDTH, HEIGHT = 1000, 480  # pixels
QUALITY = 70

PAGE = """<!doctype html><html lang="zh-CN"><meta charset="utf-8"><style>
body { margin: 0; font: 17px/1.7 "WenQuanYi Zen Hei"; color: #222; background: #fff; }
div { margin: 26px 40px; }
table { border-collapse: collapse; width: 100%; font-size: 16px; }
td { border: 1px solid #9ab; padding: 7px 10px; }
td.name { background: #eef3f8; width: 13%; text-align: center; }
h1 { font-size: 26px; font-weight: normal; text-align: center; color: #14437c; margin: 26px 0 6px; }
p { margin: 8px 0; text-indent: 2em; }
p.line { text-indent: 0; text-align: center; color: #777; font-size: 15px; border-bottom: 1px solid #ccd; }
</style><div><table>
<tr><td class="name">索引号</td><td>113708283284223626/2023-05617</td>
<td class="name">公开方式</td><td>主动公开</td></tr>
<tr><td class="name">发布机构</td><td>金乡县卫生健康局</td>
<td class="name">组配分类</td><td>组织领导</td></tr>
<tr><td class="name">成文日期</td><td>2023-03-03</td><td class="name">废止日期</td><td></td></tr>
<tr><td class="name">有效性</td><td colspan="3"></td></tr></table>
<h1>金乡县卫生健康局2023年度政务公开工作领导小组</h1>
<p class="line">发布日期：2023-03-03 17:09　　浏览次数：442次　　分享</p>
<p>为进一步加大政务公开力度，不断拓展公开广度和深度，以决策、执行、管理、服务、结果“五公开”助力经济社会发展和民生改善，结合单位工作实际，特制定本实施方案，具体内容如下：</p>
<p>一、总体要求</p>
<p>全面贯彻落实党的二十大精神，认真落实党中央、国务院和省市县关于政务公开的决策部署</p>
</div></html>"""


def screenshot() -> bytes:
    """Return the picture as JPEG."""
    shot = np.frombuffer(picture_html(PAGE, WIDTH, HEIGHT), np.uint8)
    picture = cv2.imdecode(shot, cv2.IMREAD_COLOR)
    _, encoded = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, QUALITY])
    return encoded.tobytes()
