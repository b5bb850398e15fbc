"""Write a year of honest routine entries, and copies of them, independently of the sample ledgers.

Two hundred mentors do the same things every month and say so with the same routine sentences; what
each met there is his own. Copies are made by hand-like edits whose kind is known.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

FAMILIES = "赵钱孙周吴郑冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏水窦章云苏潘葛"
GIVEN = "一二三四福禄寿喜春夏秋冬梅兰竹菊忠孝仁义礼信江河湖海山川田园金银铜铁平安顺利德才学问"

ROUTINES = (
    "{n}月的主题党日在{place}办，{count}名党员到会，{name}领读，会后{event}",
    "{name}主持本月主题党日，先学上级文件，后交党费{count}元，末了{event}",
    "上户看了{name}，{event}",
    "到{place}入户走访{count}户，{event}",
    "入户走访，了解情况。{event}",
    "陪{name}填报系统，录了{count}条，{event}",
    "系统月报到期，和{name}把党员信息又过一遍，{event}",
    "开展谈心谈话，了解思想动态，{name}说起{event}",
    "电话联系{name}，了解工作开展情况，{event}",
    "同{name}在{place}参加学习，布置工作，{event}",
)


def parts(listed: str) -> tuple[str, ...]:
    """Return what `|` parts."""
    return tuple(listed.split("|"))


WHO = parts(
    "李家老汉|豆腐坊的女人|看大门的老保管|新来的大学生|磨面的聋哑人|放羊娃他爹|退下来的老支书|包地的外乡人"
    "|收羊绒的贩子|村医|小卖部掌柜|三个返乡的后生|修车铺师徒|护林的老两口|唱花儿的票友|开挖掘机的青年"
    "|缝纫班的姊妹|管水的老把式|跑班车的司机|做醋的婆媳|卖菜籽的农机手|带娃的奶奶|当兵回来的老二|养蜂人"
    "|烧砖的工头|送奶的小伙|剪纸的大嫂|打井队|兽医站的师傅|枸杞地的短工"
)
WHERE = parts(
    "在渠口|在磨坊|蹲在墙根|隔着院墙|坐在炕沿上|在集上|在加油站|在卫生室|在打谷场|在学校门口|在柳树下|在羊圈边"
    "|在自家门口|在大棚里|在班车上|在饭桌上|在水站|在祠堂|在河滩|在村部"
)
DID = parts(
    "抱怨排水沟年年堵|想把旧窑改为冷库|问起土地证上的错字|嫌路灯晚上不亮|打算合伙买台青贮机|为宅基地的墙界拌了嘴"
    "|把捐的书码进了西屋|要学用手机开发票|担心牛犊过不了冬|领着大家拔了渠边的草|送来一筐杏子硬要留下|算出去年电费多交了"
    "|盼着孙子转到镇上念书|把欠条当面撕了|答应腾出院子晾玉米|提出给戏台搭个雨棚|把老账本从梁上取了下来|愿意带两个徒弟"
    "|说井水发涩不敢喝|拿出三套样品叫人挑|嚷着要退出互助组|同意先赊种子后付钱|腿伤没好还在翻地|把直播间搬进了库房"
    "|争着认领了花池|劝邻居撤了上访信|画了一张管线草图|记下了十来条土办法|将门口的粪堆清走了|请了人看风机的毛病"
)
RESULT = parts(
    "约好逢集那天再碰头|当场打电话问清了手续|话说开以后两家握了手|下回带图纸过来对|记在本子头一页|让文书贴了张告示"
    "|商量由合作社垫上工钱|转给驻村的同志去跑|用皮尺量过才作数|先试半亩看收成|年底看数字说话|当晚就动了工"
    "|没谈拢，改日请长辈出面|材料缺一个章|借了邻村的水泵顶着|等雨停了再上房|拍照留了底|找银行的人来讲利息"
    "|凑了份子钱|定下轮流值守|把责任写到墙上|让年轻人出面牵头|回头翻翻旧档案|请县里的专家看土样"
    "|写信给在外的亲戚|打了收条|分头去借梯子|各家出一个劳力|约定不再提旧事|找木匠重打一副门框"
)
OFTEN = parts(
    "天擦黑才散|路上结了冰|晌午在灶房吃的面|来去都是步行|灰大得睁不开眼|回来嗓子哑了|大伙笑成一片|窗户透风"
    "|炉子刚生着|狗叫个不停|茶凉了三回|雨点砸得棚顶响|墙根晒着辣子|收音机里放秦腔|院里停着拖拉机|电断了一阵"
    "|手机没信号|鞋上全是泥|桌子不够拿门板支|孩子在旁边写作业"
)
PLACES = ("河沿", "南湾", "东坡", "柳树台", "上马泉", "石碾子", "后沟", "北塬", "井家庄", "三道梁")
ADDED = (
    "另外顺道把去年没发完的垃圾桶点了数一并交给保洁员保管",
    "临走时又到学校后墙看了看塌下来的那一截土坎，让施工队尽快来砌",
    "县上来人拍宣传片，跟着在地头站了大半天，介绍了几样特产",
    "随后去粮库参观了新装的烘干塔，听技术员讲了怎样省煤",
)
SYNONYMS = (
    ("商量", "合计"), ("打算", "准备"), ("约好", "说定"), ("答应", "应承"), ("担心", "发愁"), ("劝", "说服"),
    ("提出", "建议"), ("同意", "赞成"), ("愿意", "情愿"), ("要", "想"), ("说", "讲"), ("让", "叫"), ("看", "瞧"),
    ("拿", "取"), ("把", "将"), ("找", "寻"), ("记", "写"), ("借", "租"), ("等", "待"), ("当", "那"), ("了", "过"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Written:
    """An entry as one mentor wrote it."""

    mentor: int
    day: date
    name: str
    place: str
    sentences: tuple[str, ...]

    @property
    def content(self) -> str:
        """Return the text with its punctuation."""
        return "。".join(self.sentences) + "。"


def a_name(rng: random.Random) -> str:
    """Return a person's name; most are in no ledger."""
    return rng.choice(FAMILIES) + "".join(rng.sample(GIVEN, rng.choice((1, 2, 2, 2))))


def honest(seed: int, mentors: int = 200, months: int = 12) -> list[Written]:
    """Return every mentor's entries, one to three a month, no two of which say the same."""
    rng = random.Random(seed)
    told: set[tuple[str, ...]] = set()
    entries = []
    for mentor in range(1, mentors + 1):
        names = [a_name(rng) for _ in range(3)]
        for month in range(1, months + 1):
            for _ in range(rng.choice((1, 2, 3))):
                matters = _matters(rng, told)
                day = date(2026, month, rng.randint(1, 28))
                entries.append(_entry(rng, mentor, day, rng.choice(names), matters))
    return entries


def _matters(rng: random.Random, told: set[tuple[str, ...]]) -> list[tuple[str, str, str]]:
    """Draw one to three matters nobody told of together, no two parts of which were told before."""
    while True:
        parts = [
            (rng.choice(WHO) + rng.choice(WHERE), rng.choice(DID), rng.choice(RESULT))
            for _ in range(rng.choice((2, 2, 3)))
        ]
        if not any(part in told for part in parts):
            told.update(parts)
            return parts


def _entry(
    rng: random.Random, mentor: int, day: date, name: str, matters: list[tuple[str, str, str]]
) -> Written:
    place = rng.choice(PLACES) + "村"
    first, *others = ("，".join((who + did, result)) for who, did, result in matters)
    routine = rng.choice(ROUTINES).format(
        n=day.month, count=rng.randint(2, 60), name=name, place=place, event=first
    )
    sentences = [routine, *others]
    if rng.random() < 0.5:
        at = rng.randrange(len(sentences))
        sentences[at] += "，" + rng.choice(OFTEN)
    return Written(mentor, day, name, place, tuple(sentences))


# --- copies ---

Edit = Callable[[random.Random, Written, Written], tuple[str, ...]]


def renamed(rng: random.Random, source: Written) -> tuple[str, ...]:
    """Return the sentences with another person, place and numbers."""
    name, place = a_name(rng), rng.choice(PLACES) + "村"
    return tuple(
        sentence.replace(source.name, name).replace(source.place, place)
        for sentence in source.sentences
    )


def name_and_word(rng: random.Random, source: Written, _: Written) -> tuple[str, ...]:
    """Swap the names and change one word."""
    text = "。".join(renamed(rng, source))
    old, new = rng.choice([pair for pair in SYNONYMS if pair[0] in text] or [("，", "，")])
    return tuple(text.replace(old, new, 1).split("。"))


def clause_added(rng: random.Random, source: Written, _: Written) -> tuple[str, ...]:
    """Add a long clause at some place."""
    sentences = list(renamed(rng, source))
    sentences.insert(rng.randint(0, len(sentences)), rng.choice(ADDED))
    return tuple(sentences)


def sentence_dropped(rng: random.Random, source: Written, _: Written) -> tuple[str, ...]:
    """Drop one sentence, not the only one."""
    sentences = list(renamed(rng, source))
    del sentences[rng.randrange(len(sentences))]
    return tuple(sentences)


def merged(rng: random.Random, source: Written, other: Written) -> tuple[str, ...]:
    """Write two entries as one."""
    return (*renamed(rng, source), *renamed(rng, other))


def plain(rng: random.Random, source: Written, _: Written) -> tuple[str, ...]:
    """Swap the names only."""
    return renamed(rng, source)


EDITS: dict[str, Edit] = {
    "names": plain,
    "names and a word": name_and_word,
    "clause added": clause_added,
    "sentence dropped": sentence_dropped,
    "two merged": merged,
}


@dataclass(frozen=True, slots=True)
class Planted:
    """A copy and the positions of the entries it was made of."""

    entry: Written
    sources: tuple[int, ...]


def plant(rng: random.Random, entries: list[Written], kind: str, count: int) -> Iterator[Planted]:
    """Yield copies by another mentor, weeks later than what they were made of."""
    mentors = max(entry.mentor for entry in entries)
    for at in rng.sample(range(len(entries)), count):
        source, partner = entries[at], rng.randrange(len(entries))
        sentences = EDITS[kind](rng, source, entries[partner])
        sources = (at, partner) if kind == "two merged" else (at,)
        day = max(entries[number].day for number in sources) + timedelta(days=rng.randint(20, 90))
        entry = Written(source.mentor % mentors + 1, day, "", "", sentences)
        yield Planted(entry, sources)
