"""Makes the text of training lines: form labels with values, numbers, boxes, names, general Chinese, rare hanzi.

All of it is invented here; a line is what gets printed. transcript() turns it into what the model has to write, in
the convention of chi_sim: half-width punctuation except 、 。 ， 《》 【】 “”, and no blank next to a hanzi unless the gap is
wide.
"""

import bisect
import itertools
import pathlib
import re

import yaml

import charset

SCHEMES = pathlib.Path(__file__).resolve().parents[2] / "schemes"

WIDTHS = str.maketrans(
    {
        "：": ":",
        "（": "(",
        "）": ")",
        "；": ";",
        "！": "!",
        "？": "?",
        "％": "%",
        "／": "/",
        "＋": "+",
        "－": "-",
        "＝": "=",
        "～": "~",
        "［": "[",
        "］": "]",
        "．": ".",
        "＜": "<",
        "＞": ">",
        "☐": "□",
        "✓": "√",
        "✔": "√",
        "–": "-",
        "＿": "_",
        "\u3000": "  ",
    }
)
WIDTHS.update({0xFF10 + d: str(d) for d in range(10)})

LABELS = """组织名称 项目编号 审查类型 地址 联系 邮编 受审查方名称 工商注册地址 审查地址 场所说明 联系人 职务 电话 邮箱 传真
审查目的 审查准则 审查范围 审查方式 本次审查时间 现场审查覆盖的时期 审查组成员 姓名 性别 组长 组员 技术专家 注册编号 专业代码
组织名称或地址变更 其它变更 认证范围 服务范围 员工人数 体系人数 有效人数 统一社会信用代码 法定代表人 成立日期 注册资本 营业期限
证书编号 报告编号 合同编号 报告编制人 编制日期 审核日期 批准日期 评价组长 评价组成员 评价日期 评价结论 评价得分 总分 合计 总计
售后服务体系 商品服务 顾客服务 组织架构 人员配置 资源配置 规范要求 监督 改进 服务文化 商品信息 技术支持 配送 维修 质量保证
废弃商品回收 顾客关系 投诉处理 特别减分项 特别加分项 评价指标 指标 分值 得分 权重 标准分 实得分 扣分 评分说明 不符合项 观察项
抽样样本 访谈对象 访谈记录 见证记录 暗访评价 神秘顾客 服务承诺 服务网点 服务流程 备件管理 服务热线 客户满意度 满意率 投诉处理率
首次会议 末次会议 公正性声明 保密承诺 受审查方代表 盖章 签字 日期 备注 序号 编号 名称 内容 要求 结果 是否符合 证据 描述
物业服务 保洁服务 餐饮服务 养老服务 家政服务 物流服务 健康管理服务 信息技术服务 服务特性 服务能力 服务管理 服务设计 服务提供
星级 三星级 四星级 五星级 达标级 卓越级 优秀 良好 合格 不合格 通过 不通过 推荐 不推荐 有效期至 初次认证 保持认证 再认证 监督审查
现场审核 远程审核 文件审核 特殊审核 变更 扩大范围 缩小范围 暂停 恢复 撤销 注册 转换 标志使用 证书使用 改进建议 跟踪验证""".split()

CHOICES = """是 否 有 无 符合 不符合 适用 不适用 初次认证 保持认证 再认证 初次认证注册 保持认证注册 再认证注册 现场审核 远程审核 现场结合远程审核
现场 非现场 不需要 推荐 不推荐 推荐认证注册资格 不推荐认证注册资格 推荐再认证注册资格 男 女 组长 组员 变更 未变更 通过 不通过 优 良 中 差 满足
基本满足 不满足 单一场所 多场所组织 固定场所 临时场所 售后服务 物业服务 有资质 三星级 四星级 五星级 已关闭 未关闭 电话 邮件 视频会议
白酒 监督一 监督二 上午 下午 全天""".split()

CLAUSES = """应建立售后服务管理制度并形成文件 设立或指定专门从事售后服务工作的部门 并有合理的职能划分和岗位设置 配置符合岗位要求的售后服务人员
明确售后服务人员的职责和权限 提供必要的培训 包括服务技能和产品知识 应有专门的经费保障 售后服务设施完备 能够满足服务需要
对售后服务活动进行监督和考核 定期进行顾客满意度调查 并根据结果改进 建立顾客投诉档案 及时处理并反馈 有效控制不合格服务
对照认证标准进行量化评价和判定 从而决定能否推荐 上述地址为单一场所组织 包括总部以及下列固定分场所 受审查方管理体系文件
适用的国家 行业及地方有关的法律法规及标准 现场评价前一年内发生的重大服务质量事故 服务质量监督抽查 未发现不符合 评价过程中发现的不符合
需要抽取多个同类型样本验证评分的指标 以评价结果为依据 证书主要用于招投标 标志使用规范 经现场确认经营范围涵盖了申请的范围
受评价方有明确的服务理念 人员充足 主动服务意识强 加强顾客满意度调查 完善服务记录 组织应确定并提供所需的资源 最高管理层应证实其领导作用
本报告仅对本次审查的样本负责 与审核方达成了信息安全协议 采用分项评分的方法 每一项最多扣至零分 抽样有一定的风险和局限性
组织概况 公司成立于 主要从事 生产和销售 具有独立法人资格 注册地址与经营地址一致 无变更 服务热线保持畅通 二十四小时响应
质量保证期内免费维修 超过保修期收取成本费 废弃商品按国家规定回收 提供安装调试 使用指导 定期巡检 远程技术支持 备品备件充足""".split()

STANDARDS = [
    "GB/T 27922-2011",
    "GB/T27922-2011",
    "GB/T 19001-2016",
    "GB/T 31863-2015",
    "GB/T 20647.9-2006",
    "SB/T 10962",
    "RB/T 301-2016",
    "CNCA-R-2018",
    "ISO 9001:2015",
    "GB/T 22080-2016/ISO/IEC 27001:2013",
    "GB/T 36733-2018",
    "CTS-ISC-05",
    "GB/T 27922—2011",
    "CNAS-CC01",
    "GB/T 33300-2016",
    "ISO/IEC 17065",
    "DB11/T 1234-2020",
]

SURNAMES = """王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石
姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文庞樊兰殷施陶洪翟安颜倪严牛温芦季俞章鲁葛伍韦申尤毕聂丛焦向柳邢路岳齐
沿梅莫庄辛管祝左涂谷祁时舒耿牟卜路詹关苗凌费纪靳盛童欧甄项曲成游阳裴席卫查屈鲍位覃霍翁隋植甘景薄单包司柏宁柯阮桂闵欧解强柴华车冉房边辜吉饶刁瞿戚
丘古米池滕晋苑邬臧畅宫来嵺苟全褚廉简娄盖符奚木穆党燕郎邸冀谈姬屠连郜晏栾郁商蒙计喻揭窦迟宇敖糜鄢冷卓花仇艾蓝都巩稽井练仲乐虞卞封竺冼原官衣楚佟栗匡宗
应台巫鞠僧桑荆谌银扬明沙薄伏岑习胥保和蔺""".replace(
    "\n", ""
)
GIVEN = """伟芳娜秀英敏静丽强磊军洋勇艳杰娟涛明超霞平刚桂兰华玉萍红建国志文斌宇浩鹏飞鑫晨辉欣怡子轩梓涵雨泽佳琪思远海波俊峰晓东雪梅春林立新庆永福
焱澔珺铖沣喆昶骁霁祎堃镕昊煜炜烨晟旻昕曦睿翀翊琛璟瑾瑜璐瑶琦玥玮珂珩琰璇钰锴锟鑫铭钧铠彧彦奕弈忻悦恺恒惟懿宸宥寰岚峥崟巍嵘晗暄暲炫焜熠燚燊淼淏涵渊湉滢
漪潇澜濛沁泓沐洵洺浚淇淳湛溥溦菁菡萱葳蒨蓁蔚薇蕴蕙芮芷苒茜荃莹莉婧婷婵媛嫣嬿姝姣妍妤娅婕颖颢颐韵韬靓霖霏雯霓骏骐骥鸿鹂鸾麒麟黛祺禛禧稷穆笙筠筱箴绮绫缦缇罡翾翥
毓蘅猷斐邈翊翕翰翚翮昱昀昴晁晏晗晖晔曈曜胤胥芃芊芙芸苓苡茗荻荞莞莼菀菲萃葆蓉蓓蔓蕊薏藜藻衍衡懋懔恂恬悌悰惇愔愫慥憬戬扬拓挚捷掣揆揽
敔敖敦斌斓旂旖旭昉昌昕昙晞晟晢朔朗枋柯栩桁桐桓桢桦梁梵棠棣森楠楷榆榕樟樾橙檀欢歆殊毅汀汉沄沅沐沚泊泠泫泰洁洋洛洮浏浒浩涌涓涞淳淙渝渤溪滔滢漫潞澍澈濯瀚灏灿炀炅炘
炤烁烜烽焕焘煊煦熙燕爽牧犀狄珈珉珊珞珠珣珽琅琊琏琤琨琪琬琮琳琴瑄瑗瑛瑞瑟璁璇璋璞璠璨瓒甄畅畴皎盛睦睫矞砺硕磊祉祐祖祚祜禄禔秉秾稔穗竑竣端箐箫简粲纬纭纮纾绍绎
绪绯维绶综绾缃缜缨羿翎耘耿聆聪肃肇舒航艺艾芝芬芳若英范茂茹荔荣莘莲菊萌萍蓝蔡虎虹蛟蜀衎衷袁裕裳觉訚询诏诠询诣谌谡豫贞贤贺赞赡超越轩轲辉辙达迅迈逊逢遥郁郎鄂采
钊钏钦钰铄铎铠铮铱锋锐锡锦锵镕镜闻闽阅阔阡陌陶隆雅雍雷霁霄霆靖靳鞠韦韧韫顺颂颉颔颙飙馥騄骁骄骋骞髦魁鲁鲲鸣鹄鹏鹤黎黛鼎齐龄龙聿舸舜诗诚谦谨谊谕赟赫轶辰迪逸邈郦郗酉释锦镇闳阔陟隽雍颉飏馨驰皓皙盈矜砚碧祯禹秋秦""".replace(
    "\n", ""
)

PLACES = """北京市 上海市 天津市 重庆市 广东省 江苏省 浙江省 山东省 河南省 四川省 湖北省 湖南省 河北省 福建省 安徽省 陕西省 辽宁省 江西省 广西壮族自治区
云南省 贵州省 山西省 黑龙江省 吉林省 甘肃省 内蒙古自治区 新疆维吾尔自治区 宁夏回族自治区 青海省 海南省 西藏自治区 石家庄市 太原市 沈阳市 长春市 哈尔滨市
南京市 杭州市 合肥市 福州市 南昌市 济南市 郑州市 武汉市 长沙市 广州市 南宁市 海口市 成都市 贵阳市 昆明市 西安市 兰州市 西宁市 银川市 乌鲁木齐市 深圳市
苏州市 无锡市 常州市 宁波市 温州市 青岛市 烟台市 厦门市 东莞市 佛山市 珠海市 芜湖市 襄阳市 宜昌市 株洲市 绵阳市 宝鸡市 包头市 大连市 鞍山市 唐山市
保定市 洛阳市 南阳市 潍坊市 临沂市 徐州市 扬州市 绍兴市 嘉兴市 泉州市 九江市 赣州市 柳州市 桂林市 遵义市 曲靖市 咸阳市 天水市 亳州市 濮阳市 漯河市 衢州市
儋州市 泸州市 邛崃市 阆中市 睢宁县 盱眙县 郫都区 涪陵区 渝北区 浔阳区 瓯海区 鄞州区 邳州市 莘县 鄄城县 郯城县 滕州市 朔州市 忻州市 沁阳市 淇县 浚县 柘城县""".split()
ROADS = "路 街 大道 大街 巷 胡同 北路 南路 东路 西路 中路 支路".split()
TRADES = """科技 环保科技 建筑工程 机械设备 电子科技 信息技术 物业管理 餐饮管理 物流 生物科技 医疗器械 食品 家具 电梯 新能源 自动化设备 仪器仪表 水处理设备 办公设备 教学设备
装饰工程 园林绿化 消防技术 智能科技 空调设备 锅炉 电气 阀门 管业 泵业 线缆 照明 橡塑制品 化工 石油装备 钢结构 门窗 涂料 包装 印务 服装 纺织 农业发展 检测技术 软件""".split()
TAILS = "有限公司 有限公司 有限公司 有限责任公司 股份有限公司 集团有限公司 有限公司上海分公司 厂 中心 合作社 有限公司".split()
ROLES = "主任 经理 总经理 部长 主管 工程师 副总 总监 客服 负责人 管理者代表 会计 班长 技术员".split()


def form_texts():
    """What the forms print, from the scheme files: titles, labels, options, names of columns and indicators."""
    texts = set()

    def walk(node):
        if isinstance(node, dict):
            for value in node.values():
                walk(value)
        elif isinstance(node, list):
            for value in node:
                walk(value)
        elif (
            isinstance(node, str)
            and any(charset.is_han(c) for c in node)
            and not set(node) & set("%?*^$\\|")
            and not re.search("[a-z]{3}", node)
        ):
            texts.add(node)

    for path in SCHEMES.glob("*.yaml"):
        walk(yaml.safe_load(path.read_text(encoding="utf-8")))
    return sorted(texts)


class Corpus:
    """Draws lines from words (a dict to weights), places, names, hanzi, the ones new to the model, and the common ones.

    regions: (province, city, district, township) of the country, as a postal address names them; names: of persons.
    """

    def __init__(self, rng, words, places, regions, names, hanzi, new_hanzi, common):
        self.rng, self.places, self.hanzi, self.new_hanzi, self.common = rng, places, hanzi, new_hanzi, common
        self.regions, self.names = regions, names
        self.given = tuple(sorted({c for name in names for c in name[1:]}))
        self.words, self.word_sums = list(words), list(itertools.accumulate(words.values()))
        self.forms = form_texts()
        self.pending = []
        self.wanted = set(GIVEN) | set(SURNAMES) | {c for place in PLACES for c in place}
        self.third_level = (
            1.0  # share of a pass that the hanzi of level 3 (places, sciences) get, names and places apart
        )
        self.kinds = [
            (self.cell, 16),
            (self.broken_maximum, 3),
            (self.remark, 3),
            (self.number, 12),
            (self.label_value, 12),
            (self.form, 10),
            (self.boxes, 4),
            (self.date_line, 6),
            (self.clause, 7),
            (self.sentence, 14),
            (self.common_hanzi, 4),
            (self.company, 8),
            (self.person, 7),
            (self.address, 8),
            (self.codes, 7),
            (self.rare, 13),
            (self.symbols, 2),
            (self.latin, 2),
            (self.blanks, 1),
        ]

    # --- small pieces

    def pick(self, items):
        return items[self.rng.randrange(len(items))]

    def digits(self, count):
        return "".join(self.pick("0123456789") for _ in range(count))

    def chance(self, share):
        return self.rng.random() < share

    def colon(self):
        return self.pick(["：", "：", "：", ":", ": ", "： "])

    def brackets(self, inner):
        return self.pick(["（%s）", "（%s）", "(%s)", "（ %s ）"]) % inner

    def decimal(self):
        places = self.pick([0, 1, 1, 2, 2, 2, 3])
        whole = str(self.rng.randrange(self.pick([2, 10, 10, 16, 100, 101, 1000])))
        return whole + ("." + self.digits(places) if places else "")

    def clause_number(self):
        return ".".join(str(self.rng.randrange(1, self.pick([7, 10, 13]))) for _ in range(self.pick([2, 3, 3, 4])))

    def phone(self):
        area = self.pick(["010", "021", "0%s" % self.digits(3), "400"])
        return self.pick(
            [
                "1" + self.pick("3456789") + self.digits(9),
                "%s-%s" % (area, self.digits(8)),
                "%s-%s %s" % (area, self.digits(4), self.digits(4)),
                "400-%s-%s" % (self.digits(3), self.digits(4)),
                "(%s)%s" % (area, self.digits(7)),
                "1%s %s %s" % (self.digits(2), self.digits(4), self.digits(4)),
            ]
        )

    def mail(self):
        letters = "abcdefghijklmnopqrstuvwxyz"
        user = self.pick(
            [
                self.digits(self.rng.randrange(6, 11)),
                "".join(self.pick(letters) for _ in range(self.rng.randrange(3, 9))),
                "".join(self.pick(letters) for _ in range(4)) + self.pick("_-.") + self.digits(3),
            ]
        )
        return (
            user
            + "@"
            + self.pick(
                [
                    "qq.com",
                    "163.com",
                    "126.com",
                    "sina.com",
                    "139.com",
                    "vip.163.com",
                    "foxmail.com",
                    "".join(self.pick(letters) for _ in range(5)) + self.pick([".com.cn", ".cn", ".com", ".net"]),
                ]
            )
        )

    def date(self):
        year, month, day = self.rng.randrange(1995, 2036), self.rng.randrange(1, 13), self.rng.randrange(1, 32)
        style = self.pick(
            [
                "%d年%d月%d日",
                "%d 年 %d 月 %d 日",
                "%d年%02d月%02d日",
                "%d 年 %02d 月 %02d 日",
                "%d-%02d-%02d",
                "%d.%02d.%02d",
                "%d/%d/%d",
                "%d.%d.%d",
                "%d年 %d月 %d日",
            ]
        )
        return style % (year, month, day)

    def registration(self):
        return self.pick(
            [
                "%d-%s-%s"
                % (self.rng.randrange(2015, 2030), self.pick(["S1SC", "N1SC", "N0SC", "S2SC", "T1SC"]), self.digits(7)),
                "%s-%d-%s" % (self.digits(5), self.rng.randrange(2015, 2030), self.pick(["SA", "SC", "QF", "SV", "S"])),
                "%s%s"
                % (
                    self.pick(["91", "92", "93"]),
                    "".join(self.pick("0123456789ABCDEFGHJKLMNPQRTUWXY") for _ in range(16)),
                ),
                "ISC[S]%s" % self.digits(4),
                "ISC-%s-%s" % (self.digits(4), self.digits(3)),
                "%s%dS%s%s"
                % (self.digits(3), self.rng.randrange(15, 30), self.digits(5), self.pick(["R0M", "R1S", "R2L"])),
                "CTS ISC-%s-%d" % (self.digits(2), self.rng.randrange(2015, 2030)),
                self.digits(self.pick([6, 8, 12, 18])),
            ]
        )

    def word(self):
        return self.words[bisect.bisect(self.word_sums, self.rng.random() * self.word_sums[-1])]

    def place(self):
        if self.chance(0.4):
            return self.pick(self.pick(self.regions)[:3])
        return self.pick(PLACES if self.chance(0.4) else self.places)

    def region(self):
        """The parts of an address above the street, some of them left out."""
        province, city, district, township = self.pick(self.regions)
        parts = [province if self.chance(0.75) else "", city if city != province else "", district]
        return "".join(parts) + (township if self.chance(0.3) else "")

    def hanzi_name(self):
        if self.chance(0.2):
            return self.pick(self.names)
        first = self.pick(SURNAMES)
        pool = self.pick([GIVEN, GIVEN, self.given, self.given, self.common, self.hanzi])
        return first + "".join(self.pick(pool) for _ in range(self.pick([1, 2, 2])))

    def company_name(self):
        place = self.place()
        place = self.pick([place, place.rstrip("市省区县"), place.rstrip("市省区县")])
        pool = self.pick([GIVEN, GIVEN, self.given, self.common, self.common, self.hanzi])
        mark = "".join(self.pick(pool) for _ in range(self.pick([2, 2, 2, 3, 4])))
        name = place + mark + self.pick(TRADES) + self.pick(TAILS)
        return mark + self.brackets(place) + self.pick(TRADES) + self.pick(TAILS) if self.chance(0.15) else name

    def street(self):
        return "%s%s%s%s%s号%s" % (
            self.region() if self.chance(0.7) else self.place() + self.pick([self.word()[:2] + "区", self.place(), ""]),
            self.word()[:2],
            self.pick(ROADS),
            "" if self.chance(0.7) else self.word()[:2] + self.pick(ROADS),
            self.pick(["%d", " %d ", "%d-%d" % (self.rng.randrange(1, 20), self.rng.randrange(1, 30)), "%d"]).replace(
                "%d", str(self.rng.randrange(1, 3900))
            ),
            self.pick(
                [
                    "",
                    "%d幢" % self.rng.randrange(1, 30),
                    "%d 栋 %d 单元" % (self.rng.randrange(1, 30), self.rng.randrange(1, 5)),
                    "%s座%d室" % (self.pick("ABCD"), self.rng.randrange(101, 2999)),
                    "%d层%s" % (self.rng.randrange(1, 33), self.digits(3)),
                    " %d 号楼 %d 层 %s" % (self.rng.randrange(1, 30), self.rng.randrange(1, 33), self.digits(3)),
                    " %d 号厂房" % self.rng.randrange(1, 30),
                    "%s大厦 %d 层" % (self.word()[:2], self.rng.randrange(1, 33)),
                    "附%d号%s" % (self.rng.randrange(1, 30), self.word()[:2]),
                    "%d号楼%d-%d" % (self.rng.randrange(1, 30), self.rng.randrange(1, 5), self.rng.randrange(1, 5)),
                ]
            ),
        )

    # --- whole lines

    def cell(self):
        """What stands alone in a cell of a score table."""
        return self.pick(
            [
                lambda: self.pick("123456789"),
                lambda: self.pick("123456789"),
                lambda: self.pick("1234568"),
                lambda: "0",
                lambda: str(self.rng.randrange(10, 100)),
                lambda: str(self.rng.randrange(10, 31)),
                lambda: str(self.rng.randrange(80, 101)),
                lambda: "100",
                lambda: "%d.%s" % (self.rng.randrange(10), self.digits(self.pick([1, 2, 2]))),
                lambda: "%d.%s" % (self.rng.randrange(5), self.digits(2)),
                lambda: "%d.%s" % (self.rng.randrange(10, 150), self.digits(self.pick([1, 2]))),
                lambda: self.pick("ABC") + str(self.rng.randrange(1, 50)),
                lambda: "%s.%d.%d.%d" % (self.pick("45678"), *(self.rng.randrange(1, 10) for _ in range(3))),
                lambda: "%s.%d.%d" % (self.pick("45678"), *(self.rng.randrange(1, 10) for _ in range(2))),
                lambda: self.brackets("%d%s" % (self.rng.randrange(1, 76), self.pick(["分", "分", ""]))),
                lambda: str(self.rng.randrange(1, 31)) + self.pick(["分", "%", " 分"]),
                self.broken_maximum,
                lambda: self.pick(["/", "/", "—", "-", "无", "√"]),
            ]
        )()

    def broken_maximum(self):
        """A piece of an indicator's name and maximum, which a narrow column breaks anywhere."""
        whole = self.pick(self.forms)[-2:] + self.brackets(
            self.pick(["%d分", "%d 分", "%d"]) % self.rng.randrange(1, 40)
            if self.chance(0.5)
            else "%d+%d分" % (self.rng.randrange(1, 40), self.rng.randrange(10))
        )
        start = self.rng.randrange(len(whole) - 1)
        return whole[start : start + self.rng.randrange(2, 6)].strip(" ")

    def indicator(self):
        most = self.pick(["%d分", "%d分", "%d+0分", "%d+1分", "%d+2分"]) % self.rng.randrange(1, 40)
        return self.pick(self.forms)[:6] + self.brackets(most)

    def remark(self):
        """A heading's remark, whole or broken over lines."""
        whole = self.pick(self.forms)[-8:] + "【" + self.pick(["适用时，", "包括：", ""]) + self.pick(CLAUSES)[:16] + "】"
        start = self.rng.randrange(8)
        return whole[start:] if self.chance(0.6) else whole[-self.rng.randrange(3, 10) :]

    def form(self):
        """Print of the forms themselves, with what is written behind or into it."""
        text = self.pick(self.forms)
        line = self.pick(
            [
                lambda: text,
                lambda: text + self.colon() + self.value(),
                lambda: self.clause_number() + self.pick(["", " "]) + text,
                lambda: text + self.brackets("%d分" % self.rng.randrange(1, 76)),
                lambda: text + self.pick(["，", "、", "；", "。"]) + self.pick(self.forms),
                lambda: self.pick("ABC") + str(self.rng.randrange(1, 50)) + " " + text,
                lambda: "本部分满分%s分，实际得分%s分。%s" % (self.rng.randrange(10, 90), self.decimal(), self.pick(["", text])),
                lambda: "%s：%s" % (self.pick(["总分", "合计", "得分", "总计"]), self.decimal()),
            ]
        )()
        start = self.rng.randrange(6) if self.chance(0.2) else 0  # the rest of a line that was broken
        return line[start : start + self.rng.randrange(8, 40)].strip(" ")

    def common_hanzi(self):
        return "".join(self.pick(self.common) for _ in range(self.rng.randrange(2, 20)))

    def number(self):
        return self.pick(
            [
                self.decimal,
                self.decimal,
                self.decimal,
                self.decimal,
                lambda: str(self.rng.randrange(101)),
                lambda: str(self.rng.randrange(101)),
                self.clause_number,
                self.clause_number,
                lambda: "%02d.%02d" % (self.rng.randrange(40), self.rng.randrange(10)),
                lambda: "%02d.%02d.%02d" % (self.rng.randrange(40), self.rng.randrange(10), self.rng.randrange(10)),
                lambda: self.pick("ABCDEF") + str(self.rng.randrange(1, 40)),
                lambda: "/",
                lambda: self.pick(["-", "—", "√", "×", "○", "●"]),
                lambda: self.pick("123456789"),
                lambda: "0",
                lambda: "-" + self.decimal(),
                lambda: "+" + self.decimal(),
                lambda: self.decimal() + self.pick(["分", "%", "％", " %", "人", "天", "℃", "万元"]),
                lambda: "%d/%d" % (self.rng.randrange(20), self.rng.randrange(1, 30)),
                lambda: "%s~%s" % (self.decimal(), self.decimal()),
                lambda: self.decimal() + "*" + self.decimal(),
                lambda: "%s×%s=%s" % (self.decimal(), self.decimal(), self.decimal()),
                lambda: self.pick("≥≤<>=") + self.decimal(),
                self.phone,
                self.registration,
                self.date,
            ]
        )()

    def value(self):
        return self.pick(
            [
                self.number,
                self.number,
                self.date,
                self.registration,
                self.phone,
                self.mail,
                self.hanzi_name,
                self.hanzi_name,
                self.company_name,
                lambda: self.pick(ROLES),
                lambda: self.pick(CHOICES),
                lambda: self.pick(STANDARDS),
                lambda: self.word() + self.word(),
                lambda: "无",
                lambda: "/",
            ]
        )()

    def label_value(self):
        lead = self.pick(
            [
                "",
                "",
                "",
                self.clause_number() + " ",
                self.clause_number(),
                "%d) " % self.rng.randrange(1, 10),
                "%d、" % self.rng.randrange(1, 10),
                "%d." % self.rng.randrange(1, 10),
                "（%s）" % self.pick("一二三四五六七八九十"),
                "%s、" % self.pick("一二三四五六七八九十"),
                "- ",
                "· ",
                "● ",
            ]
        )
        line = lead + self.pick(LABELS) + self.colon()
        if self.chance(0.8):
            line += self.value()
        if self.chance(0.2):
            line += " " * self.rng.randrange(2, 6) + self.pick(LABELS) + self.colon() + self.value()
        return line

    def boxes(self):
        marks = self.pick(["□■", "□√", "□☑", "☐☒", "☐☑", "□☒", "☐☒", "□□", "☑☒", "□■", "○●"])
        gap, space = self.pick(["", "", " ", "  "]), self.pick([" ", "  ", "   ", "    "])
        items = [self.pick(marks) + gap + self.pick(CHOICES) for _ in range(self.pick([1, 2, 2, 3, 3, 4]))]
        if self.chance(0.12):
            items = [i[len(i.rstrip("□■√☑☐☒○●")) :] or i for i in items]
            items = [self.pick(CHOICES) + gap + self.pick(marks) for _ in items]
        line = space.join(items)
        if self.chance(0.45):
            line = self.pick(LABELS + CLAUSES) + self.pick(["：", ": ", " ", "", "： "]) + line
        if self.chance(0.1):
            line = self.clause_number() + " " + line
        if self.chance(0.1):
            line += "，" + self.pick(CLAUSES)
        return line

    def date_line(self):
        return self.pick(
            [
                lambda: self.pick(LABELS) + self.colon() + self.date(),
                self.date,
                lambda: "%s%s至%s%s"
                % (self.date(), self.pick(["上午", "下午", "", " 上午", " "]), self.date(), self.pick(["上午", "下午", ""])),
                lambda: self.pick(["年  月  日", "年 月 日", "  年    月    日至    年    月    日"]).strip(),
                lambda: "%02d:%02d-%02d:%02d"
                % (self.rng.randrange(24), self.rng.randrange(60), self.rng.randrange(24), self.rng.randrange(60)),
            ]
        )()

    def clause(self):
        marks = ["，", "，", "，", "；", "、", "。", ",", ", "]
        line = "".join(self.pick(CLAUSES) + self.pick(marks) for _ in range(self.pick([1, 2, 2, 3])))
        if self.chance(0.3):
            line = (
                self.pick(
                    [
                        "%d) " % self.rng.randrange(1, 9),
                        "%s) " % self.pick("abcdefgh"),
                        "%s." % self.pick("12345"),
                        self.pick("①②③④⑤⑥⑦⑧⑨⑩"),
                    ]
                )
                + line
            )
        if self.chance(0.25):
            line += self.pick(
                [
                    "（%s分）" % self.decimal(),
                    self.brackets("依据 " + self.pick(STANDARDS)),
                    self.pick(STANDARDS),
                    "“%s”" % self.word(),
                    "《%s%s》" % (self.word(), self.word()),
                ]
            )
        start = self.rng.randrange(4) if self.chance(0.3) else 0
        return line[start : start + self.rng.randrange(12, 38)].strip(" ")

    def sentence(self):
        line = ""
        while len(line) < self.rng.randrange(8, 30):
            line += self.word() + self.pick(
                ["", "", "", "的", "和", "，", "、", "。", "在", "了", "是", "与", "；", "：", "及", "“", "”", "——", "·"]
            )
        return line

    def company(self):
        return self.pick(
            [
                self.company_name,
                self.company_name,
                lambda: self.company_name() + self.pick(CLAUSES),
                lambda: "甲方：" + self.company_name(),
            ]
        )()

    def person(self):
        return self.pick(
            [
                self.hanzi_name,
                lambda: self.pick(["、", "，", "  ", " "]).join(
                    self.hanzi_name() for _ in range(self.rng.randrange(2, 6))
                ),
                lambda: "%s%s%s  %s%s%s"
                % (
                    self.pick(LABELS),
                    self.colon(),
                    self.hanzi_name(),
                    self.pick(["职务", "电话", "日期"]),
                    self.colon(),
                    self.pick([self.phone, self.date])(),
                ),
                lambda: "%s%s" % (self.hanzi_name(), self.brackets(self.pick(ROLES))),
            ]
        )()

    def address(self):
        return self.pick(["", "地址：", "注册地址：", "审查地址: "]) + self.street()

    def codes(self):
        return self.pick(
            [
                self.registration,
                self.phone,
                self.mail,
                self.mail,
                lambda: self.pick(STANDARDS),
                lambda: "依据 " + self.pick(STANDARDS),
                lambda: "%s %s  %s"
                % (self.pick("ABCDEF") + str(self.rng.randrange(1, 30)), self.decimal(), self.decimal()),
                lambda: "  ".join(self.decimal() for _ in range(self.rng.randrange(2, 6))),
                lambda: "%s %s %s" % (self.clause_number(), self.pick(LABELS), self.decimal()),
                lambda: "第%d页共%d页" % (self.rng.randrange(1, 99), self.rng.randrange(1, 99)),
                lambda: "第 %d 页 / 共 %d 页" % (self.rng.randrange(1, 99), self.rng.randrange(1, 99)),
                lambda: "www.%s" % self.mail().split("@")[1],
            ]
        )()

    def rare(self):
        """A line of hanzi without sense; each pass goes once through all the new ones, with known ones between.

        Every other line has words between them, so that sense round a glyph does not speak against a rare one.
        """
        size = self.rng.randrange(10, 22)
        among_words = self.chance(0.5)
        line = ""
        while len(line) < size:
            if not self.pending:
                self.pending = [c for c in self.new_hanzi if c in self.wanted or self.chance(self.third_level)]
                self.rng.shuffle(self.pending)
            if self.chance(0.5 if among_words else 0.72):
                line += self.pending.pop()
            elif among_words:
                line += self.word()
            else:
                line += self.pick(self.hanzi if self.chance(0.5) else self.common)
        return line

    def symbols(self):
        return "".join(
            self.pick(
                [self.pick(charset.SYMBOLS), self.pick("□☑☒■√√√—×●○"), self.word(), self.pick(LABELS), self.decimal()]
            )
            for _ in range(self.rng.randrange(3, 9))
        )

    def latin(self):
        words = [
            "".join(self.pick("abcdefghijklmnopqrstuvwxyz") for _ in range(self.rng.randrange(2, 9)))
            for _ in range(self.rng.randrange(1, 5))
        ]
        words = [self.pick([w, w.capitalize(), w.upper()]) for w in words]
        return " ".join(words) if self.chance(0.5) else self.word() + " ".join(words) + self.word()

    def blanks(self):
        return self.pick(LABELS) + self.colon() + "_" * self.rng.randrange(3, 12)

    def line(self):
        total = sum(weight for _, weight in self.kinds)
        at = self.rng.randrange(total)
        for kind, weight in self.kinds:
            if at < weight:
                return kind.__name__, kind().strip()
            at -= weight


def is_wide(char):
    return charset.is_han(char) or char in "、。，《》【】“”：；（）！？　％／＋－□■☐☑☒√○●×—·①②③④⑤⑥⑦⑧⑨⑩"


def transcript(printed):
    """What the model writes for a printed line."""
    out = ""
    for gap in re.split(r"( +|\u3000+)", printed):
        if gap.strip(" \u3000"):
            out += gap
        elif gap:
            out += "\0" if len(gap) > 1 or "\u3000" in gap else "\1"  # wide or narrow blank
    text = ""
    for at, char in enumerate(out):
        if char == "\0":
            text += " "
        elif char == "\1":
            if not (is_wide(out[at - 1]) or is_wide(out[at + 1])):
                text += " "
        else:
            text += char.translate(WIDTHS)
    return re.sub(r"_{2,}", "__", re.sub(r" +", " ", text)).strip()
