"""Words for mentors, mentees and organisations."""

from __future__ import annotations

from validators.vocabulary.base import Word

__all__ = [
    "Ethnicity",
    "Gender",
    "MenteeCategory",
    "MenteeStatus",
    "MentorCategory",
    "MentorStatus",
    "OrganisationCategory",
    "OrganisationStatus",
    "Politics",
    "PostTrait",
    "Specialty",
    "Stage",
]


class Gender(Word):
    """性别."""

    MALE = "男"
    FEMALE = "女"


class Ethnicity(Word):
    """The 56 ethnic groups in the order of GB/T 3304."""

    HAN = "汉族"
    MONGOL = "蒙古族"
    HUI = "回族"
    TIBETAN = "藏族"
    UYGHUR = "维吾尔族"
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


class Politics(Word):
    """政治面貌."""

    MEMBER = "中共党员"
    PROBATIONARY = "中共预备党员"
    LEAGUE = "共青团员"
    DEMOCRATIC = "民主党派成员"
    MASSES = "群众"


class MentorCategory(Word):
    """导师类别: experienced cadres and model groups (S1)."""

    SPECIALIST = "老业务"
    TOWNSHIP_VETERAN = "老乡镇"
    SECRETARY_VETERAN = "老支书"
    MODEL_MEMBER = "优秀共产党员"
    MODEL_CIVIL_SERVANT = "优秀公务员"
    MODEL_WORKER = "先进工作者"


class MentorStatus(Word):
    """A mentor's place in the pool."""

    ACTIVE = "在库"
    PAUSED = "暂停"
    LEFT = "调出"


class MenteeCategory(Word):
    """对象类别 of individuals (S2)."""

    NEW_LEADER = "新任职领导班子成员"
    CADRE = "乡村干部"
    PROSPERITY_LEADER = "致富带头人"
    WEAK_SECRETARY = "软弱涣散村党组织书记"


class OrganisationCategory(Word):
    """组织类别 of village and community Party organisations (S2)."""

    WEAK = "软弱涣散"
    POOR_ECONOMY = "集体经济薄弱"
    POOR_CONSOLIDATION = "巩固脱贫攻坚成果不力"
    SHORTCOMINGS = "存在短板弱项"
    WEAK_BASE = "工作基础差"


class MenteeStatus(Word):
    """状态 of an individual mentee."""

    UNPAIRED = "待结对"
    PAIRED = "帮带中"
    GRADUATED = "期满出师"
    LEFT = "退出"


class OrganisationStatus(Word):
    """状态 of an organisation; closing (销号) is the county's decision."""

    UNPAIRED = "待结对"
    PAIRED = "帮带中"
    CLOSED = "已销号"
    LEFT = "退出"


class Stage(Word):
    """培养阶段 on the path between the "two leaders" (S8)."""

    NONE = "未纳入"
    PROSPERITY_LEADER = "致富带头人"
    RESERVE_CADRE = "后备干部"
    VILLAGE_LEADER = "村党组织带头人"


class Specialty(Word):
    """专业领域; a cell may name several, separated by 、."""

    PARTY_BUILDING = "党建工作"
    INDUSTRY = "产业发展"
    GOVERNANCE = "乡村治理"
    MEDIATION = "信访调解"
    PROJECTS = "项目建设"
    WELFARE = "民政社保"
    AGRICULTURE = "农业技术"
    FINANCE = "财务管理"
    MASSES = "群众工作"
    ENVIRONMENT = "生态环保"
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
