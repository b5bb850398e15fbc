"""The programme's closed word lists; a field's dropdown comes from its type."""

from __future__ import annotations

from enum import StrEnum
from typing import Self

from validators.cells import Shown
from validators.normalise import squeeze


class Word(StrEnum):
    """A closed list of words, matched after NFKC, without inner spaces and a stop ("在 库。" is 在库).

    What stands after a word in its line are others that can mean nothing else.
    """

    _value_: str
    synonyms: tuple[str, ...]

    def __new__(cls, word: str, *synonyms: str) -> Self:
        """Make a word with its synonyms."""
        self = str.__new__(cls, word)
        self._value_ = word
        self.synonyms = synonyms
        return self

    @classmethod
    def _missing_(cls, value: object) -> Self | None:
        if isinstance(value, Shown):
            value = value.text
        if not isinstance(value, str):
            return None
        plain = squeeze(value).rstrip("。.,;、")
        return next((word for word in cls if plain == word or plain in word.synonyms), None)


class Level(StrEnum):
    """How serious a finding is."""

    ERROR = "error"
    WARNING = "warning"
    NOTICE = "notice"

    @property
    def label(self) -> str:
        """Return the word a clerk reads."""
        return {"error": "错误", "warning": "警告", "notice": "提示"}[self.value]


class YesNo(Word):
    """是/否."""

    YES = "是"
    NO = "否"


# --- suggestions, pairings and duties ---


class Mode(Word):
    """结对方式: how many mentors help how many mentees."""

    ONE_TO_ONE = "一对一", "1对1", "1V1", "一带一"
    ONE_TO_MANY = "一对多", "1对多", "一带多"
    MANY_TO_ONE = "多对一", "多对1", "多带一"
    TEAM = "多对多·小团队", "多对多", "小团队", "多对多小团队", "多对多(小团队)"
    CROSS_VILLAGE = "跨村带", "跨村帮带"
    GROUP = "组团帮", "组团帮带", "组团式帮带"


class PairingPath(Word):
    """帮带路径: what the mentor has that the mentee lacks."""

    TOWNSHIP_TO_VILLAGE = "乡带村"
    OLD_TO_NEW = "老带新"
    STRONG_TO_WEAK = "强带弱"


class PairingStatus(Word):
    """状态 of a pairing."""

    RUNNING = "帮带中", "正在帮带", "结对中"
    EXPIRED = "期满", "已期满"
    ENDED = "终止", "已终止"


class Decision(Word):
    """采纳 of a suggestion."""

    ADOPT = "采纳"
    ASSIGNED = "组织指定"
    REFUSE = "不予结对", "不予采纳"


class Opinion(Word):
    """导师意见 and 对象意见."""

    AGREE = "同意"
    DISAGREE = "不同意"
    OBEY = "服从安排", "服从", "服从组织安排"


class Side(Word):
    """责任方 of a duty."""

    MENTOR = "导师", "帮带导师"
    MENTEE = "对象", "帮带对象"


class Subject(Word):
    """What a duty template is for."""

    INDIVIDUAL = "个人"
    ORGANISATION = "组织"


# --- mentors, mentees and organisations ---


class Gender(Word):
    """性别."""

    MALE = "男", "男性", "男士", "M"
    FEMALE = "女", "女性", "女士", "F"


class Ethnicity(Word):
    """The 56 ethnic groups in the order of GB/T 3304."""

    HAN = "汉族", "汉人", "汉民"
    MONGOL = "蒙古族", "蒙族", "蒙"
    HUI = "回族", "回民"
    TIBETAN = "藏族"
    UYGHUR = "维吾尔族", "维族"
    MIAO = "苗族"
    YI = "彝族"
    ZHUANG = "壮族"
    BOUYEI = "布依族"
    KOREAN = "朝鲜族"
    MANCHU = "满族"
    DONG = "侗族"
    YAO = "瑶族"
    BAI = "白族"
    TUJIA = "土家族"
    HANI = "哈尼族"
    KAZAK = "哈萨克族"
    DAI = "傣族"
    LI = "黎族"
    LISU = "傈僳族"
    VA = "佤族"
    SHE = "畲族"
    GAOSHAN = "高山族"
    LAHU = "拉祜族"
    SUI = "水族"
    DONGXIANG = "东乡族"
    NAXI = "纳西族"
    JINGPO = "景颇族"
    KIRGIZ = "柯尔克孜族"
    TU = "土族"
    DAUR = "达斡尔族"
    MULAO = "仫佬族"
    QIANG = "羌族"
    BLANG = "布朗族"
    SALAR = "撒拉族"
    MAONAN = "毛南族"
    GELAO = "仡佬族"
    XIBE = "锡伯族"
    ACHANG = "阿昌族"
    PUMI = "普米族"
    TAJIK = "塔吉克族"
    NU = "怒族"
    UZBEK = "乌孜别克族"
    RUSSIAN = "俄罗斯族"
    EWENKI = "鄂温克族"
    DEANG = "德昂族"
    BONAN = "保安族"
    YUGUR = "裕固族"
    JING = "京族"
    TATAR = "塔塔尔族"
    DERUNG = "独龙族"
    OROQEN = "鄂伦春族"
    HEZHEN = "赫哲族"
    MONBA = "门巴族"
    LHOBA = "珞巴族"
    JINO = "基诺族"

    @classmethod
    def _missing_(cls, value: object) -> Self | None:
        """Take 回 for 回族."""
        return super()._missing_(value) or super()._missing_(f"{value}族")


class Politics(Word):
    """政治面貌."""

    MEMBER = (
        "中共党员",
        "党员",
        "共产党员",
        "中国共产党党员",
        "中共正式党员",
        "正式党员",
        "中共党员(正式)",
        "党员(正式)",
    )
    PROBATIONARY = "中共预备党员", "预备党员", "中共党员(预备)", "党员(预备)", "预备"
    LEAGUE = "共青团员", "团员", "中国共青团员"
    DEMOCRATIC = (
        "民主党派成员", "民主党派", "民革", "民盟", "民建", "民进", "农工党", "致公党", "九三学社", "台盟",
        "民革党员", "民盟盟员", "民建会员", "民进会员", "农工党党员", "致公党党员", "九三学社社员", "台盟盟员",
    )  # fmt: skip
    MASSES = "群众", "普通群众", "一般群众"


class MentorCategory(Word):
    """导师类别: experienced cadres and model groups."""

    SPECIALIST = "老业务"
    TOWNSHIP_VETERAN = "老乡镇"
    SECRETARY_VETERAN = "老支书"
    MODEL_MEMBER = "优秀共产党员"
    MODEL_CIVIL_SERVANT = "优秀公务员"
    MODEL_WORKER = "先进工作者"


VETERANS = frozenset(
    {MentorCategory.SPECIALIST, MentorCategory.TOWNSHIP_VETERAN, MentorCategory.SECRETARY_VETERAN}
)
"""Categories that ask for years of work at the grassroots."""


class MentorStatus(Word):
    """A mentor's place in the pool."""

    ACTIVE = "在库", "在库中", "已入库"
    PAUSED = "暂停", "已暂停", "暂停帮带"
    LEFT = "调出", "已调出"


class MenteeCategory(Word):
    """对象类别 of individuals."""

    NEW_LEADER = "新任职领导班子成员", "新任职班子成员", "新任职领导"
    CADRE = "乡村干部", "乡镇干部", "村干部", "科员", "一级科员", "二级科员"
    PROSPERITY_LEADER = "致富带头人"
    WEAK_SECRETARY = "软弱涣散村党组织书记", "软弱涣散村书记"


class OrganisationCategory(Word):
    """组织类别 of village and community Party organisations."""

    WEAK = "软弱涣散", "软弱涣散村", "软弱涣散党组织", "软弱涣散村党组织"
    POOR_ECONOMY = "集体经济薄弱", "集体经济薄弱村", "村集体经济薄弱"
    POOR_CONSOLIDATION = "巩固脱贫攻坚成果不力"
    SHORTCOMINGS = "存在短板弱项", "短板弱项"
    WEAK_BASE = "工作基础差", "基础差"


class MenteeStatus(Word):
    """状态 of an individual mentee."""

    UNPAIRED = "待结对", "未结对"
    PAIRED = "帮带中", "正在帮带", "已结对"
    GRADUATED = "期满出师", "已出师", "出师", "已期满出师"
    LEFT = "退出", "已退出"


class OrganisationStatus(Word):
    """状态 of an organisation; closing (销号) is the county's decision."""

    UNPAIRED = "待结对", "未结对"
    PAIRED = "帮带中", "正在帮带", "已结对"
    CLOSED = "已销号", "销号"
    LEFT = "退出", "已退出"


class Stage(Word):
    """培养阶段 on the path between the "two leaders"."""

    NONE = "未纳入", "未纳入培养"
    PROSPERITY_LEADER = "致富带头人"
    RESERVE_CADRE = "后备干部"
    VILLAGE_LEADER = "村党组织带头人", "村级党组织带头人"


class Specialty(Word):
    """专业领域; a cell may name several, separated by 、."""

    PARTY_BUILDING = "党建工作", "党建"
    INDUSTRY = "产业发展", "产业", "发展产业"
    GOVERNANCE = "乡村治理"
    MEDIATION = "信访调解"
    PROJECTS = "项目建设"
    WELFARE = "民政社保"
    AGRICULTURE = "农业技术", "农技"
    FINANCE = "财务管理"
    MASSES = "群众工作"
    ENVIRONMENT = "生态环保", "环保"
    LAW = "政策法规"
    SAFETY = "安全应急"


class PostTrait(Word):
    """岗位特点; a cell may name several, separated by 、."""

    OVERALL = "统筹协调"
    MASSES = "直接服务群众"
    SPECIALIST = "专业性强"
    FIELD = "一线攻坚"
    ENTERPRISE = "经营带富"
    CLERICAL = "综合文字"


# --- logs, assessments and what is computed from them ---


class Aspect(Word):
    """The six aspects (六个方面), rated 1–5."""

    CONVICTION = "思想情怀", "思想情怀方面"
    COMPETENCE = "业务能力", "业务能力方面"
    ORGANISATION = "组织建设", "组织建设方面"
    CONDUCT = "工作作风", "工作作风方面"
    INDUSTRY = "产业发展", "产业发展方面"
    GOVERNANCE = "基层治理", "基层治理方面"


class Role(Word):
    """帮带作用 (传帮带培促)."""

    TRANSMIT = "传"
    HELP = "帮"
    LEAD = "带"
    TRAIN = "培"
    SPUR = "促"


class Method(Word):
    """帮带方法: how a duty is fulfilled."""

    ASSIGNMENTS = "布置作业法", "布置作业"
    CASES = "案件处理法", "案件处理"
    DELEGATION = "放手压担法", "放手压担"
    EXCHANGE = "交流提高法", "交流提高"


class ContactForm(Word):
    """形式 of a contact."""

    OFFLINE = "线下", "线下方式", "线下形式", "线下帮带", "线下开展", "面对面", "当面"
    ONLINE = (
        "线上",
        "线上方式",
        "线上形式",
        "线上帮带",
        "线上开展",
        "网上",
        "网络",
        "视频",
        "微信",
        "微信视频",
    )


class DutyProgress(Word):
    """进度 of a duty, counted from the log."""

    NOT_STARTED = "未开始"
    IN_PROGRESS = "进行中"
    DONE = "已完成"
    OVERDUE = "逾期"


class AssessmentChannel(Word):
    """采集方式 of an assessment."""

    PAPER = "纸质", "纸质问卷", "纸质表"
    PHONE = "电话", "电话访谈", "电话回访"
    TALK = "座谈", "座谈会"


class Rating(Word):
    """等次 at the end-of-period assessment."""

    EXCELLENT = "优秀", "优"
    QUALIFIED = "合格"
    UNQUALIFIED = "不合格"


class Conclusion(Word):
    """结论 at the end-of-period assessment."""

    GRADUATE = "出师", "期满出师"
    RENEW = "续帮", "续帮带", "继续帮带"
    CHANGE = "调整"


class Alert(Word):
    """级别 of a flag."""

    RED = "红"
    YELLOW = "黄"
    BLUE = "蓝"


class PoolChange(Word):
    """建议 for the mentor pool."""

    BRING_IN = "调入"
    PAUSE = "暂停"
    RELEASE = "调出"
    WIDEN = "增加帮带人数"


class PoolDecision(Word):
    """决定 on a suggested pool change."""

    AGREE = "同意"
    DEFER = "暂缓"
    REFUSE = "不同意"


class Shortlisted(Word):
    """入围 for gold mentor."""

    YES = "入围"
    NO = "未入围"
    TIED = "并列"


class GrowthTrend(Word):
    """成长趋势 across assessments."""

    RISING = "上升"
    STEADY = "平稳"
    FALLING = "下降"
    UNKNOWN = "待评价"


class ExchangeKind(Word):
    """类型 of an exchange post."""

    QUESTION = "问题"
    ANSWER = "答复"
    EXPERIENCE = "经验"
    NOTICE = "通报"


class Source(Word):
    """来源 of an exchange post."""

    TOWNSHIP = "本乡镇"
    COUNTY = "县级下发"
    CITY = "市级下发"
