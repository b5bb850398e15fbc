"""A filled ledger of invented people in a real township, large enough to look like one in use."""

from __future__ import annotations

import random
from datetime import date, timedelta
from typing import Any

UNIT_CODE = "640402104"
AS_OF = date(2026, 5, 20)
SURNAMES = "马王李杨张刘陈赵黄虎海苏白田金何"
GIVEN = (
    "建军",
    "秀兰",
    "志强",
    "小梅",
    "国华",
    "晓燕",
    "文博",
    "丽娟",
    "占林",
    "彦虎",
    "玉珍",
    "海涛",
)
VILLAGES = ("冯庄村", "大马庄村", "深沟村", "下青石村")
ASPECTS = ("conviction", "competence", "organisation", "conduct", "industry", "governance")
ASPECT_WORDS = ("思想情怀", "业务能力", "组织建设", "工作作风", "产业发展", "基层治理")


def filled_rows(logs: int = 300, pairings: int = 30) -> dict[str, list[dict[str, Any]]]:
    """Return the rows of a ledger with `logs` entries and `pairings` pairings as of `AS_OF`."""
    chance = random.Random(20260520)
    mentors = [_mentor(chance, n) for n in range(1, max(12, pairings // 3) + 1)]
    individuals = [_individual(chance, n) for n in range(1, max(22, pairings * 2 // 3) + 1)]
    organisations = [_organisation(chance, n) for n in range(1, 4)]
    pairs = [_pairing(chance, n, len(mentors), len(individuals)) for n in range(1, pairings + 1)]
    return {
        "unit": [_unit()],
        "mentor": mentors,
        "individual": individuals,
        "organisation": organisations,
        "pairing": pairs,
        "duty": [_duty(chance, n, pairings) for n in range(1, pairings * 3 + 1)],
        "log": [_log(chance, n, pairings) for n in range(1, logs + 1)],
        "assessment": [_assessment(chance, n) for n in range(1, 25)],
        "conversion": [_conversion()],
        "completion": [_completion()],
        "misconduct": [_misconduct()],
        "exchange": [_exchange(n) for n in range(1, 4)],
        "suggestion": [_suggestion(n) for n in range(1, 6)],
        "growth": [_growth(n) for n in range(1, 6)],
        "flag": [_flag(n, level) for n, level in enumerate(("红", "黄", "蓝"), 1)],
        "award": [_award()],
        "pool": [_pool()],
        "check": [_check()],
    }


def code(prefix: str, number: int, width: int = 3) -> str:
    return f"{prefix}{UNIT_CODE}-{number:0{width}d}"


def _unit() -> dict[str, Any]:
    return {
        "reporter_unit": "中共原州区开城镇委员会",
        "reporter": "田文博",
        "reviewer": "苏秀兰",
        "office_phone": "0954-2032000",
        "reported_on": AS_OF,
        "model_township": "是",
    }


def _person(chance: random.Random) -> dict[str, Any]:
    return {
        "name": chance.choice(SURNAMES) + chance.choice(GIVEN),
        "gender": chance.choice("男女"),
        "ethnicity": chance.choice(("汉族", "回族")),
        "politics": "中共党员",
        "phone": f"1390000{chance.randrange(10000):04d}",
    }


def _scores(chance: random.Random, low: int, high: int) -> dict[str, int]:
    return {aspect: chance.randint(low, high) for aspect in ASPECTS}


def _mentor(chance: random.Random, number: int) -> dict[str, Any]:
    return {
        "mentor_id": code("D", number),
        **_person(chance),
        "born": date(chance.randint(1968, 1985), chance.randint(1, 12), 1),
        "employer": "原州区开城镇人民政府",
        "post": chance.choice(("党委副书记", "人大主席", "农业服务中心主任", "一级主任科员")),
        "village": None if number % 3 else VILLAGES[number % 4],
        "category": chance.choice(("老业务", "老乡镇", "老支书", "优秀共产党员")),
        "grassroots_since": date(1995 + number % 10, 7, 1),
        "specialties": ("党建工作", "产业发展") if number % 2 else ("乡村治理",),
        **_scores(chance, 3, 5),
        "capacity": 3,
        "certificate": f"开导聘〔2026〕{number}号",
        "appointed_on": date(2026, 1, 10),
        "appointed_until": date(2026, 12, 31),
        "joined_on": date(2026, 1, 5),
        "status": "调出" if number == 5 else "在库",
        "status_since": date(2026, 4, 1) if number == 5 else None,
        "remark": "负责人居环境整治包片工作" if number == 2 else None,
    }


def _individual(chance: random.Random, number: int) -> dict[str, Any]:
    unpaired = number % 7 == 0
    return {
        "mentee_id": code("G", number),
        **_person(chance),
        "born": date(chance.randint(1986, 2000), chance.randint(1, 12), 1),
        "employer": f"开城镇{VILLAGES[number % 4]}",
        "post": chance.choice(("村党支部副书记", "村委会委员", "乡镇专职人大副主席")),
        "in_post_since": date(2025, 9, 1),
        "village": VILLAGES[number % 4],
        "category": chance.choice(("新任职领导班子成员", "乡村干部", "致富带头人")),
        "specialties": ("群众工作", "产业发展"),
        "post_traits": ("直接服务群众",),
        "weakness": "组织群众的办法不多，材料写作和政策运用能力不足",
        **_scores(chance, 1, 3),
        "surveyed_on": date(2026, 1, 8),
        "mentors_needed": 1,
        "chosen_on": date(2026, 1, 6) + timedelta(days=number * 5),
        "stage": "未纳入",
        "status": "待结对" if unpaired else "帮带中",
    }


def _organisation(chance: random.Random, number: int) -> dict[str, Any]:
    village = VILLAGES[number]
    return {
        "mentee_id": code("Z", number),
        "name": f"{village}党支部",
        "village": village,
        "secretary": "马国华",
        "members": 30 + number,
        "category": "集体经济薄弱",
        "income": 6.5,
        **_scores(chance, 1, 3),
        "surveyed_on": date(2026, 1, 8),
        "mentors_needed": 2,
        "chosen_on": date(2026, 2, 1),
        "measures": "盘活闲置院落发展冷凉蔬菜分拣",
        "measures_due": date(2026, 12, 31),
        "status": "待结对" if number == 3 else "帮带中",
    }


def _pairing(chance: random.Random, number: int, mentors: int, individuals: int) -> dict[str, Any]:
    mentee = code("Z", number % 3 + 1) if number % 10 == 0 else code("G", number % individuals + 1)
    mentor = code("D", number % mentors + 1)
    return {
        "pairing_id": code("J", number),
        "mentor_id": "D640402105-002" if number == 9 else mentor,
        "mentee_id": f"{mentee}｜某某" if number == 4 else mentee,
        "mode": chance.choice(("一对一", "一对多", "多对一")),
        "path": chance.choice(("乡带村", "老带新")),
        "paired_on": date(2026, 1, 15),
        "ceremony_on": date(2026, 1, 15),
        "until": AS_OF + timedelta(days=number * 9 - 30),
        "score": 82.5,
        "paused_from": date(2026, 5, 1) if number % 8 == 0 else None,
        "paused_to": date(2026, 5, 10) if number == 8 else None,
        "status": "终止" if number % 11 == 0 else "帮带中",
        "end_reason": "导师工作调动" if number % 11 == 0 else None,
    }


def _duty(chance: random.Random, number: int, pairings: int) -> dict[str, Any]:
    pairing = code("J", number % pairings + 1)
    return {
        "duty_id": code("ZR", number, 4),
        "pairing_id": f"{pairing}｜某→某" if number % 5 == 0 else pairing,
        "side": chance.choice(("导师", "对象")),
        "aspect": chance.choice(ASPECT_WORDS),
        "item": "带对象入户走访，示范怎么听诉求、怎么答复、怎么跟踪办理",
        "method": "交流提高法",
        "target": 3,
        "starts_on": date(2026, 2, 1),
        "due_on": AS_OF + timedelta(days=number % 60 - 12),
        "done": 1,
        "rate": 33.3,
        "last_done_on": date(2026, 4, 2),
        "progress": chance.choice(("未开始", "进行中", "已完成", "逾期")),
    }


def _log(chance: random.Random, number: int, pairings: int) -> dict[str, Any]:
    names = [code("J", chance.randint(1, max(2, pairings * 2 // 3)))]
    if number % 9 == 0:
        names.append(f"{code('J', chance.randint(1, pairings))}｜马建军→李小梅")
    if number % 25 == 0:
        names.append(code("J", 1000 + number))
    return {
        "log_id": code("R", number, 5),
        "date": AS_OF - timedelta(days=chance.randint(0, 120)),
        "pairing_ids": tuple(names) if number % 2 else "，".join(names),
        "duty_ids": (code("ZR", number % 90 + 1, 4),),
        "aspect": chance.choice(ASPECT_WORDS),
        "role": chance.choice("传帮带培促"),
        "method": "案件处理法",
        "form": "线下",
        "place": "村部会议室",
        "hours": 1.5,
        "content": "一起入户走访三户联系户，讲解低保动态管理政策，指导填写民情台账",
        "problem": "政策口径记得不牢" if number % 3 == 0 else None,
        "next_step": "下周独立走访两户",
        "recorder": "李小梅",
    }


def _assessment(chance: random.Random, number: int) -> dict[str, Any]:
    mentee = code("G", number)
    return {
        "assessment_id": code("P", number, 4),
        "mentee_id": f"{mentee}｜某某" if number % 4 == 0 else mentee,
        "assessed_on": date(2026, 3, 28) if number % 3 else date(2026, 5, 12),
        **_scores(chance, 2, 4),
        "satisfaction": 5,
        "channel": "座谈",
        "signed_on": None if number % 6 == 0 else date(2026, 5, 13),
        "assessor": "苏秀兰",
        "comment": "能独立开展日常工作，群众工作方法还需加强",
    }


def _conversion() -> dict[str, Any]:
    return {
        "mentee_id": code("G", 2),
        "date": date(2026, 4, 8),
        "from_stage": "致富带头人",
        "to_stage": "后备干部",
        "document": "开党发〔2026〕12号",
        "people_led": 26,
        "income_gain": 3200,
    }


def _completion() -> dict[str, Any]:
    return {
        "pairing_id": code("J", 1),
        "assessed_on": date(2026, 5, 15),
        "score": 91.5,
        "rating": "优秀",
        "assessor": "镇党委组织办",
        "conclusion": "出师",
    }


def _misconduct() -> dict[str, Any]:
    return {
        "date": date(2026, 3, 3),
        "participant_id": code("D", 5),
        "fact": "工作推诿，被镇党委约谈",
        "confirmed_by": "开城镇纪委",
    }


def _exchange(number: int) -> dict[str, Any]:
    return {
        "exchange_id": code("L", number, 4),
        "date": date(2026, 5, number),
        "kind": "问题",
        "author": "开城镇",
        "title": "外出务工的致富带头人怎样保持每月联系",
        "content": "两名对象三月以后外出务工，想请教别的乡镇怎样安排线上联系和记录。",
        "origin": "本乡镇",
    }


def _suggestion(number: int) -> dict[str, Any]:
    return {
        "number": number,
        "mentee_id": code("G", 7 * number),
        "mentee_name": "李小梅",
        "mentor_id": code("D", number),
        "mentor_name": "马建军",
        "score": 86.5,
        "same_field": 100,
        "nearness": 80,
        "strength": 90,
        "willing": 60,
        "planned": 100,
        "mode": "一对一",
        "path": "乡带村",
        "reason": "同在产业发展领域；同一乡镇；对象产业发展 2 分，导师 5 分",
        "decision": "采纳" if number == 1 else None,
    }


def _growth(number: int) -> dict[str, Any]:
    scores: dict[str, Any] = {}
    for aspect in ASPECTS:
        scores |= {f"{aspect}_base": 2, f"{aspect}_now": 3, f"{aspect}_change": 1}
    return {
        "mentee_id": code("G", number),
        "mentee_name": "李小梅",
        "category": "乡村干部",
        "post": "村委会委员",
        "mentors": "马建军、苏秀兰",
        "weak_aspects": "业务能力、产业发展",
        **scores,
        "contacts": 12,
        "last_contact": date(2026, 5, 12),
        "duties_done": "3/8",
        "stage": "后备干部",
        "results": "带动 26 人，人均增收 3200 元",
        "trend": "上升",
    }


def _flag(number: int, level: str) -> dict[str, Any]:
    return {
        "number": number,
        "mentee_id": code("G", number),
        "mentee_name": "李小梅",
        "mentors": "马建军",
        "level": level,
        "score": 64,
        "rules": "连续两个月未联系",
        "facts": "2026 年 3 月、4 月无联系记录；最近联系 2026-02-26（R640402104-00031）",
        "measure": "由分管领导约谈导师，本周内补一次联系",
    }


def _award() -> dict[str, Any]:
    return {
        "number": 1,
        "mentor_id": code("D", 1),
        "mentor_name": "马建军",
        "employer": "原州区开城镇人民政府",
        "duty_score": 28.5,
        "record_score": 19,
        "result_score": 27,
        "satisfaction_score": 19,
        "total": 93.5,
        "basis": "履职 28.5 分：到期或已完成的导师职责 20 项，完成 19 项",
        "conditions": "总分 93.5，达到；日志合规率 97 %，达到；对象均合格，达到；无负面情形，达到",
        "shortlisted": "入围",
    }


def _pool() -> dict[str, Any]:
    return {
        "mentor_id": code("D", 5),
        "mentor_name": "虎占林",
        "change": "调出",
        "reason": "2026-04-01 已调出，名下仍有 2 对帮带中的结对",
    }


def _check() -> dict[str, Any]:
    return {
        "level": "警告",
        "sheet_name": "结对台账",
        "cell": "B12",
        "heading": "导师编号",
        "value": "D640402105-002",
        "message": "这位导师属于别的乡镇，待汇总核对",
        "suggestion": "核对编号；无误可不处理",
    }
