"""The words around the tables: names of offices, titles, headings and paragraphs, made up."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from scripts.lib.corpus_chance import happens, pick
from scripts.lib.prose import Block

PLACES = (
    *("青禾县", "临浦市", "云岭县", "东河区", "安澜市", "桐溪县", "石门县", "北屏区", "海晏市", "长乐镇"),
    *("岚山区", "永和县", "凤台市", "清源县", "大湖镇", "白塔区", "龙泉街道", "沙洲县", "临江市", "定远区"),
)
OFFICES = (
    *("人民政府", "教育局", "财政局", "自然资源和规划局", "卫生健康局", "市场监督管理局", "民政局", "审计局"),
    *(
        "人力资源和社会保障局",
        "住房和城乡建设局",
        "交通运输局",
        "生态环境局",
        "应急管理局",
        "司法局",
        "统计局",
    ),
)
TITLES = ("{issuer}{year}年政府信息公开工作年度报告", "{issuer}{year}年度政府信息公开工作报告")

HEADINGS = (
    "一、总体情况",
    "二、主动公开政府信息情况",
    "三、收到和处理政府信息公开申请情况",
    "四、政府信息公开行政复议、行政诉讼情况",
    "五、存在的主要问题及改进情况",
    "六、其他需要报告的事项",
)
CAPTIONS = (
    ("表1 主动公开政府信息情况", "表2 收到和处理政府信息公开申请情况", "表3 行政复议、行政诉讼情况"),
    ("表一：主动公开政府信息", "表二：收到和处理申请", "表三：复议和诉讼"),
)
BEFORE = (
    "{year}年，{issuer}主动公开政府信息的情况如下表所示。",
    "{year}年，{issuer}办理政府信息公开申请的情况如下表所示。",
    "{year}年，涉及政府信息公开的行政复议、行政诉讼情况见下表。",
)
INTRO = (
    "本报告依照《中华人民共和国政府信息公开条例》的要求编制，所列数据的统计期限自{year}年1月1日起至12月31日止。",
    "根据《中华人民共和国政府信息公开条例》第五十条规定，{issuer}编制本年度报告，并向社会公布。",
)
SENTENCES: Mapping[int, tuple[str, ...]] = {
    0: (
        "一年来，{issuer}把公开透明作为施政的基本要求，围绕重点工作推进决策、执行、结果公开。",
        "门户网站全年运行平稳，栏目更新及时，公众留言均在规定时限内答复。",
        "制度建设方面，修订完善了信息发布审查办法，明确专人负责，层层把关。",
        "平台建设方面，优化了检索和分类，方便群众查阅，政务新媒体同步发布。",
        "监督保障方面，组织业务培训，定期检查，对发现的问题限期整改。",
        "全年解读重要政策文件，形式包括文字、图表和短视频，群众满意度进一步提高。",
    ),
    4: (
        "存在的主要问题：一是个别单位公开意识不强，更新不够及时；二是解读形式比较单一。",
        "改进措施：加强业务指导，完善考核机制，丰富解读形式，提升公开质量。",
        "下一步，将继续规范依申请公开的办理流程，加强部门之间的会商。",
        "同时，加强基层公开标准化规范化建设，推动公开工作再上新台阶。",
    ),
    5: (
        "无其他需要报告的事项。",
        "本机关未收取信息处理费。",
        "如对本报告有疑问，请与{issuer}办公室联系。",
    ),
}


def issuer(rng: np.random.Generator) -> str:
    """Return the name of an office that does not exist, or not as far as is known."""
    return pick(rng, PLACES) + pick(rng, OFFICES)


def title(rng: np.random.Generator, name: str, year: int) -> tuple[str, ...]:
    """Return the title's lines."""
    whole = pick(rng, TITLES).format(issuer=name, year=year)
    return (name, whole[len(name) :]) if happens(rng, 0.35) else (whole,)


def _paragraphs(rng: np.random.Generator, section: int, most: int) -> Iterator[str]:
    """Yield up to `most` paragraphs of one or two sentences, none twice."""
    sentences = [str(sentence) for sentence in rng.permutation(SENTENCES[section])]
    for _ in range(int(rng.integers(1, most + 1))):
        count = 1 + happens(rng, 0.5)
        if sentences:
            yield "".join(sentences[:count])
            sentences = sentences[count:]


def _tables(rng: np.random.Generator, section: int, captions: tuple[str, ...] | None) -> Iterator[Block]:
    if happens(rng, 0.3):
        yield Block("paragraph", BEFORE[section - 1])
    if captions is not None:
        yield Block("caption", captions[section - 1])
    yield Block("table")


def blocks(rng: np.random.Generator, name: str, year: int, *, brief: bool) -> tuple[Block, ...]:
    """Return the report's flow: six sections, tables in the second to fourth; `brief` has little prose."""
    captions = pick(rng, CAPTIONS) if happens(rng, 0.3) else None
    out: list[Block] = [] if brief else [Block("paragraph", pick(rng, INTRO))]
    for section, heading in enumerate(HEADINGS):
        out.append(Block("heading", heading))
        if section in SENTENCES:
            most = 1 if brief else 4
            out.extend(Block("paragraph", text) for text in _paragraphs(rng, section, most))
        else:
            out.extend(_tables(rng, section, captions))
    return tuple(Block(block.kind, block.text.format(issuer=name, year=year)) for block in out)
