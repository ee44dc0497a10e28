"""The names of the demo network: places of the source, and plainly invented ones.

Only tables; whatever is not a public place name says 示例 (example) or comes out of a draw.
"""

__all__ = [
    "CATEGORIES",
    "CERTIFICATES",
    "CIRCLES",
    "CIVIC",
    "DEPARTMENTS",
    "DISTRICTS",
    "GIVEN",
    "GROUPS",
    "HOMES",
    "LEAVES",
    "NAMED",
    "NEEDS",
    "PLACES",
    "POSITIONS",
    "SHANGJIE",
    "SURNAMES",
    "TEAMS",
    "TOWER_SHARES",
    "TRADES",
    "TRADE_WORDS",
    "TWO_NEW",
    "WINDOWS",
    "ZHENG_AN",
]

SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕"
GIVEN = (
    "安柏辰澄初春达丹德东繁方芳菲丰枫海涵航禾恒鸿华欢辉慧佳嘉健江洁锦景静娟君俊凯康可兰乐莉立琳"
    "玲凌龙璐曼美萌敏明宁佩鹏平萍琪祺青清晴秋然仁荣蓉瑞山珊胜诗书树爽思松涛婷彤巍文希霞祥晓欣"
    "星秀旭雪雅彦艳阳怡宜英永勇雨玉远月悦云泽展珍正志智竹卓子"
)

# code, name, level, parent, longitude, latitude (centres to a hundred metres or so)
DISTRICTS: tuple[tuple[str, str, str, str, float, float], ...] = (
    ("ZZ-SJ", "上街区", "DISTRICT", "ZZ", 113.3000, 34.8000),
    ("ZZ-GX", "高新区", "DISTRICT", "ZZ", 113.5550, 34.8080),
    ("ZZ-ZM", "中牟县", "DISTRICT", "ZZ", 113.9760, 34.7190),
    ("ZZ-EQ", "二七区", "DISTRICT", "ZZ", 113.6400, 34.7240),
    ("ZZ-GC", "管城回族区", "DISTRICT", "ZZ", 113.6770, 34.7540),
    ("ZZ-JS", "金水区", "DISTRICT", "ZZ", 113.6600, 34.8000),
    ("ZZ-ZM-ZA", "郑庵镇", "TOWN", "ZZ-ZM", 113.8900, 34.7150),
    ("ZZ-EQ-DH", "德化街街道", "SUBDISTRICT", "ZZ-EQ", 113.6650, 34.7490),
    ("ZZ-EQ-JF", "解放路街道", "SUBDISTRICT", "ZZ-EQ", 113.6560, 34.7530),
    ("ZZ-GC-BX", "北下街街道", "SUBDISTRICT", "ZZ-GC", 113.6720, 34.7530),
    ("ZZ-GC-XD", "西大街街道", "SUBDISTRICT", "ZZ-GC", 113.6730, 34.7480),
    ("ZZ-JS-RM", "人民路街道", "SUBDISTRICT", "ZZ-JS", 113.6700, 34.7620),
    ("ZZ-SJ-XW", "峡窝镇", "TOWN", "ZZ-SJ", 113.2760, 34.8120),
    ("ZZ-SJ-S1", "示例街道", "SUBDISTRICT", "ZZ-SJ", 113.3050, 34.8060),
)

# What of the Erqi Tower's dedicated grid lies where; districts and subdistricts each sum to 1.
TOWER_SHARES = {
    "ZZ-EQ": 0.6,
    "ZZ-GC": 0.25,
    "ZZ-JS": 0.15,
    "ZZ-EQ-DH": 0.4,
    "ZZ-EQ-JF": 0.2,
    "ZZ-GC-BX": 0.15,
    "ZZ-GC-XD": 0.1,
    "ZZ-JS-RM": 0.15,
}

# Communities of Shangjie: code, name, parent, longitude, latitude.
SHANGJIE: tuple[tuple[str, str, str, float, float], ...] = (
    ("ZZ-SJ-XW-C01", "晨光社区", "ZZ-SJ-XW", 113.2820, 34.8090),
    ("ZZ-SJ-XW-C02", "示例社区西01", "ZZ-SJ-XW", 113.2700, 34.8150),
    ("ZZ-SJ-XW-C03", "示例社区西02", "ZZ-SJ-XW", 113.2610, 34.8070),
    ("ZZ-SJ-S1-C01", "示例社区东01", "ZZ-SJ-S1", 113.2960, 34.8080),
    ("ZZ-SJ-S1-C02", "示例社区东02", "ZZ-SJ-S1", 113.3040, 34.8020),
    ("ZZ-SJ-S1-C03", "示例社区东03", "ZZ-SJ-S1", 113.3120, 34.8100),
    ("ZZ-SJ-S1-C04", "示例社区东04", "ZZ-SJ-S1", 113.3200, 34.7990),
)

# Villages of Zheng'an: code, name, longitude, latitude.
ZHENG_AN: tuple[tuple[str, str, float, float], ...] = (
    ("ZZ-ZM-ZA-V01", "示例村01", 113.8830, 34.7210),
    ("ZZ-ZM-ZA-V02", "示例村02", 113.8980, 34.7090),
)

# Skill groups, then leaves: code, name, English name, broader skill (none for the root).
GROUPS: tuple[tuple[str, str, str, str | None], ...] = (
    ("volunteer-service", "志愿服务", "Volunteer service", None),
    ("health", "健康医疗", "Health", "volunteer-service"),
    ("legal", "法律与调解", "Law and mediation", "volunteer-service"),
    ("advice", "政策法律咨询", "Advice on law and policy", "legal"),
    ("safety", "平安守护", "Public safety", "volunteer-service"),
    ("care", "爱心陪护", "Care", "volunteer-service"),
    ("daily-life", "便民文化", "Daily life and culture", "volunteer-service"),
    ("employment", "就业社保", "Work and social security", "volunteer-service"),
)
LEAVES: tuple[tuple[str, str, str, str], ...] = (
    ("first-aid", "急救", "First aid", "health"),
    ("medical-advice", "医疗咨询", "Medical advice", "health"),
    ("psychology", "心理疏导", "Psychological support", "health"),
    ("law", "法律咨询", "Legal advice", "advice"),
    ("policy-advice", "政策咨询", "Policy advice", "advice"),
    ("mediation", "矛盾调解", "Mediation", "legal"),
    ("fire-safety", "消防安全", "Fire safety", "safety"),
    ("night-patrol", "夜间巡逻", "Night patrol", "safety"),
    ("elder-care", "助老", "Elder care", "care"),
    ("child-care", "护幼", "Child care", "care"),
    ("sign-language", "手语", "Sign language", "care"),
    ("hairdressing", "理发", "Hairdressing", "daily-life"),
    ("opera", "戏剧", "Opera", "daily-life"),
    ("social-security", "社保办理", "Social security", "employment"),
    ("job-registration", "用工登记", "Job registration", "employment"),
    ("skills-training", "技能培训", "Skills training", "employment"),
)

# Where in Shifo a skill is at home: communities (1..15) and a volunteer's chance to hold it there.
# Elsewhere nobody holds it: these are the blind spots. psychology, opera and sign-language are
# not drawn but placed by hand (4, 1 and 1 holders).
HOMES: dict[str, tuple[tuple[int, ...], float]] = {
    "first-aid": ((1, 2, 5, 6, 8, 9, 12, 13), 0.07),
    "medical-advice": ((2, 6, 9), 0.08),
    "law": ((3, 4, 8), 0.05),
    "policy-advice": ((1, 3, 7, 8, 14), 0.08),
    "mediation": ((1, 2, 3, 4, 5, 7, 8, 10, 11, 14), 0.10),
    "fire-safety": ((1, 3, 5, 6, 7, 8, 9, 10, 12, 15), 0.09),
    "night-patrol": ((4, 5, 8, 9, 10, 15), 0.12),
    "elder-care": ((1, 2, 4, 6, 7, 9, 11, 12, 13, 14), 0.13),
    "child-care": ((2, 5, 8, 11, 13), 0.10),
    "hairdressing": ((6, 8, 11), 0.06),
    "social-security": ((7, 8), 0.07),
    "job-registration": ((8, 12), 0.05),
    "skills-training": ((10, 12), 0.05),
}

# Kinds of Shangjie's organizations: category, word, relative number, skill the members bring.
CATEGORIES: tuple[tuple[str, str, int, str | None], ...] = (
    ("MUSIC", "乐器队", 16, None),
    ("TAICHI", "太极队", 18, None),
    ("DANCE", "舞蹈队", 24, None),
    ("CHORUS", "合唱队", 10, None),
    ("CALLIGRAPHY", "书画社", 8, None),
    ("OPERA", "戏剧队", 8, "opera"),
    ("HAIRDRESSING", "理发服务队", 6, "hairdressing"),
    ("PATROL", "巡逻小分队", 14, "night-patrol"),
    ("ELDER_CARE", "助老服务队", 14, "elder-care"),
    ("CHILD_CARE", "护幼服务队", 8, "child-care"),
    ("MEDIATION", "调解服务队", 9, "mediation"),
    ("LAW", "普法宣讲队", 5, "law"),
    ("HEALTH", "健康服务队", 7, "medical-advice"),
    ("FIRE_SAFETY", "消防宣传队", 6, "fire-safety"),
)
NAMED = {"HAIRDRESSING": "金剪刀理发服务队", "OPERA": "戏迷乐戏剧队", "PATROL": "巾帼巡逻小分队"}

# Shifo's organizations beside the two named ones: category and word, taken in turn.
CIRCLES: tuple[tuple[str, str], ...] = (
    ("VOLUNTEER_TEAM", "志愿服务队"),
    ("PATROL", "巡逻队"),
    ("ELDER_CARE", "助老服务队"),
    ("DANCE", "舞蹈队"),
    ("TAICHI", "太极队"),
    ("CHILD_CARE", "护幼服务队"),
)

# What a person who holds an office may bring.
CIVIC = ("mediation", "policy-advice", "fire-safety", "elder-care")

TRADES: tuple[tuple[str, int], ...] = (
    ("RESTAURANT", 46),
    ("RETAIL", 40),
    ("BARBECUE", 20),
    ("REPAIR", 18),
    ("PHARMACY", 12),
    ("HOTEL", 12),
    ("ENTERTAINMENT", 12),
    ("SUPERMARKET", 10),
    ("HAIR_SALON", 10),
)
TRADE_WORDS = {
    "RESTAURANT": "餐馆",
    "RETAIL": "商店",
    "BARBECUE": "烧烤店",
    "REPAIR": "维修店",
    "PHARMACY": "药店",
    "HOTEL": "酒店",
    "ENTERTAINMENT": "娱乐城",
    "SUPERMARKET": "超市",
    "HAIR_SALON": "理发店",
}
POSITIONS = ("店长", "店员", "收银员", "厨师", "经理")

# The eight counters of Zheng'an's hall, as the source names them.
WINDOWS = (
    "CIVIL_AFFAIRS",
    "DISABILITY",
    "SOCIAL_SECURITY",
    "MEDICAL_INSURANCE",
    "LEGAL_SERVICE",
    "SKILLS_TRAINING",
    "REEMPLOYMENT",
    "JOB_REGISTRATION",
)
PLACES = (
    ("SHOP_STREET", "商铺街"),
    ("NIGHT_MARKET", "夜市"),
    ("BARBECUE", "烧烤摊点"),
    ("HOTEL", "酒店"),
    ("MALL", "商超"),
    ("BACK_ALLEY", "背街小巷"),
    ("COMPOUND", "家属院"),
    ("BUILDING", "楼栋"),
    ("PARKING", "停车场"),
    ("SCHOOL", "学校"),
)
TEAMS = (
    ("SAFETY_PATROL", "安全巡查"),
    ("ENVIRONMENT", "环境美化"),
    ("MEDIATION", "矛盾调解"),
    ("CARE", "爱心陪护"),
    ("POLICY", "政策宣传"),
    ("LECTURE", "党课宣讲"),
    ("HEALTH", "医疗卫生"),
    ("EDUCATION", "教育辅导"),
    ("LEGAL_AID", "法律援助"),
    ("CULTURE_AND_SPORTS", "文体"),
)
DEPARTMENTS = (
    ("D-ENFORCEMENT", "综合执法中队"),
    ("D-POLICE", "派出所"),
    ("D-FIRE", "消防救援站"),
    ("D-MARKET", "市场监管所"),
    ("D-HOUSING", "住房保障部门"),
    ("D-CIVIL", "民政部门"),
    ("D-SOCIAL", "人社部门"),
    ("D-DRAINAGE", "排水部门"),
)
# Code, name, issuer, months for which it holds, skill that it certifies.
CERTIFICATES: tuple[tuple[str, str, str, int | None, str], ...] = (
    ("C-FIRST-AID", "急救员证", "示例红十字会", 36, "first-aid"),
    ("C-FIRE", "消防设施操作员证", "示例消防协会", None, "fire-safety"),
    ("C-MEDIATOR", "人民调解员证", "示例司法所", 36, "mediation"),
    ("C-LAW", "法律职业资格证", "示例司法局", None, "law"),
    ("C-CARE", "养老护理员证", "示例民政局", 60, "elder-care"),
    ("C-SIGN", "手语翻译证", "示例残联", None, "sign-language"),
)
# Name, skills with level and number of people, status.
NEEDS: tuple[tuple[str, tuple[tuple[str, int, int], ...], str], ...] = (
    ("示例需求:急救值守", (("first-aid", 3, 8),), "PUBLISHED"),
    ("示例需求:夜间巡逻", (("night-patrol", 2, 6),), "PUBLISHED"),
    ("示例需求:义务理发", (("hairdressing", 2, 3),), "PUBLISHED"),
    ("示例需求:消防宣传", (("fire-safety", 2, 5),), "PUBLISHED"),
    ("示例需求:手语陪同", (("sign-language", 1, 2),), "PUBLISHED"),
    ("示例需求:心理疏导", (("psychology", 2, 2),), "PUBLISHED"),
    ("示例需求:邻里调解", (("mediation", 3, 2), ("law", 2, 1), ("psychology", 1, 1)), "PUBLISHED"),
    ("示例需求:社区义诊", (("medical-advice", 2, 3), ("first-aid", 2, 2)), "PUBLISHED"),
    ("示例需求:助老走访", (("elder-care", 2, 6), ("first-aid", 1, 2)), "PUBLISHED"),
    ("示例需求:政策夜市", (("policy-advice", 2, 2), ("social-security", 1, 2)), "PUBLISHED"),
    ("示例需求:护幼课堂", (("child-care", 2, 3),), "DRAFT"),
    ("示例需求:戏曲晚会", (("opera", 2, 4),), "CLOSED"),
)
# «Two-new» organizations (两新): of the new economy, and new in society.
TWO_NEW = (
    ("SO-NEW-01", "示例网约配送公司", "NEW_ECONOMIC"),
    ("SO-NEW-02", "示例直播电商公司", "NEW_ECONOMIC"),
    ("SO-NEW-03", "示例软件公司", "NEW_ECONOMIC"),
    ("SO-NEW-04", "示例社工服务中心", "NEW_SOCIAL"),
    ("SO-NEW-05", "示例养老服务中心", "NEW_SOCIAL"),
    ("SO-NEW-06", "示例商会", "NEW_SOCIAL"),
)
