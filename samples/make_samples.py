#!/usr/bin/env python3
"""Makes the sample reports: fictional organizations and people, on the project's own form texts.

    samples/make_samples.py OUT        needs: apt-get install weasyprint python3-pil python3-numpy python3-yaml img2pdf
                                              poppler-utils libtiff-tools fonts-arphic-uming fonts-wqy-zenhei

Everything is invented. Phone numbers begin with 000, which no Chinese number does; organizations carry the word 样例.
The numbers are drawn with a fixed seed, so that the same texts come out every time.
"""
import html
import random
import subprocess
import sys
from decimal import Decimal, ROUND_HALF_UP
from html.parser import HTMLParser
from pathlib import Path

import numpy
import yaml
from PIL import Image, ImageDraw, ImageFilter

SCHEMES = Path(__file__).resolve().parent.parent / "schemes"
EMPTY, FULL = "☐", "☑"


def load_scheme(name):
    scheme = yaml.safe_load((SCHEMES / name).read_text(encoding="utf-8"))
    return {**load_scheme(scheme["extends"]), **scheme} if "extends" in scheme else scheme


# -- what a report says ----------------------------------------------------------------------------------------------
def service(form):
    return {"gbt": "售后服务", "cts05": "商品售后绿色服务", "cts06": "商品售后服务成熟度"}[form]


def base(form, seed, **changes):
    """The facts of one invented report."""
    names = {"gbt": "样例市云杉暖通设备有限公司", "cts05": "样例省青禾包装材料有限公司", "cts06": "样例市远帆教学仪器股份有限公司"}
    report = {
        "form": form, "seed": seed, "body": "样例认证中心有限公司", "organization": names[form], "title_organization": names[form],
        "project": f"{20100 + seed}-2024-{ {'gbt': 'SA', 'cts05': 'SD', 'cts06': 'SE'}[form] }",
        "body_address": "样例市测试区示范路 1 号 2 层", "body_phone": "000-0000 1234", "postcode": "000000",
        "address": "样例市测试区松柏街 86 号", "audit_address": "样例市测试区松柏街 86 号", "contact": "顾思源", "title": "售后经理",
        "phone": "00012345678", "email": "service@example.com", "scope": {
            "gbt": "暖通设备及配件的销售相关售后服务（安装、调试、维修、投诉处理）",
            "cts05": "纸制包装材料的销售所涉及的商品售后绿色服务（配送、退换、回收）",
            "cts06": "教学仪器的销售的商品售后服务成熟度（安装、培训、维修、投诉处理）"}[form],
        "type": 0, "method": 0, "start": (2024, 5, 20, "上午"), "end": (2024, 5, 21, "上午"), "days": "1.5",
        "report_date": (2024, 5, 22), "leader": "江若白", "leader_number": "2023-S1SC-0000123", "leader_phone": "00087654321",
        "period": "上次审查结束日", "conforms": True, "not_applicable": (), "font": "AR PL UMing CN",
    }
    report.update(changes)
    return report


def plain(value):
    return format(value.normalize(), "f") if value else "0"


def score_rows(report, scheme):
    """Every row of the form with a random percentage; sums follow from the rows."""
    draw = random.Random(report["seed"])
    for section in scheme["sections"]:
        for indicator in section["indicators"]:
            for item in indicator.get("items") or [None]:
                top = Decimal(str((item or indicator)["max"]))
                percent = draw.choice((100, 100, 98, 97, 96, 95))
                yield section, indicator, item, top, percent, top * percent / 100


STARS = "零一二三四五六七八九十"


def stars(total, scheme):
    count = max((l["stars"] for l in scheme["levels"] if total >= Decimal(str(l["minimum"]))), default=0)
    return f"{STARS[count]}星级" if count else "达标级"


# -- the form --------------------------------------------------------------------------------------------------------
def box(on):
    return FULL if on else EMPTY


def options(labels, chosen, glue="　"):
    return glue.join(box(n == chosen) + label for n, label in enumerate(labels))


def p(text, style=""):
    return f'<p class="{style}">{text}</p>'


def table(rows, style=""):
    return f'<table class="{style}">' + "".join("<tr>" + "".join(r) + "</tr>" for r in rows) + "</table>"


def td(text, rows=1, columns=1, tag="td"):
    span = (f' rowspan="{rows}"' if rows > 1 else "") + (f' colspan="{columns}"' if columns > 1 else "")
    return f"<{tag}{span}>{html.escape(str(text))}</{tag}>"


def day(date):
    return "{} 年 {} 月 {} 日".format(*date[:3])


def cover(r):
    code = {"gbt": "GB/T 27922-2011", "cts05": "CTS ISC-JSGF-05《商品售后绿色服务认证技术规范》",
            "cts06": "CTS ISC-JSGF-06《商品售后服务成熟度认证技术规范》"}[r["form"]]
    return "".join([
        p(r["body"], "body"), p("服务认证审查报告", "title"), p(f"■{service(r['form'])} 依据 {code}", "center"),
        p(f"组织名称：{r['title_organization']}"), p(f"项目编号：{r['project']}"),
        p("审查类型：" + options(("初次认证", "保持认证", "再认证"), r["type"])),
        p(f"地址：{r['body_address']}"), p(f"联系：{r['body_phone']}"), p(f"邮编：{r['postcode']}")])


def basic(r, stars_text):
    code = {"gbt": "GB/T 27922-2011", "cts05": "CTS ISC-JSGF-05《商品售后绿色服务认证技术规范》",
            "cts06": "CTS ISC-JSGF-06《商品售后服务成熟度认证技术规范》"}[r["form"]]
    shift = 0 if r["form"] == "cts05" else 1
    team = table([[td(h, tag="th") for h in ("代码", "姓名", "组内身份", "注册证书号", "专业代码", "联系电话")],
                  *([td(x) for x in member] for member in r.get("team") or [
                      ("A", r["leader"], "组长", r["leader_number"], "02.01", r["leader_phone"])])])
    changes = "" if not shift else p("1.14 组织变更信息说明（监督评价和再认证评价适用）", "h") + "".join(
        p(f"{label}：无") for label in ("组织名称或地址变更", "组织机构变更", "管理层变更", "其它变更"))
    incidents = table([[td(f"现场评价前一年内{text}"), td(f"{FULL} 无 {EMPTY} 有，说明：")] for text in (
        "发生的重大服务质量事故", "发生的相关方投诉", "的服务质量政府监督抽查中存在的问题", "的服务质量政府执法检查中存在的问题")])
    remote = "".join(p(f"{n}) {EMPTY}是 {EMPTY}否 {text}") for n, text in enumerate((
        "与审核方达成了信息安全协议；", "远程审核遇到可能降低审核结论可靠性的障碍，遇到可能应影响审核任务完成的突发事件及可能带来的风险；如果填“是”请说明_____",
        "远程审核使用 ICT 有效，达到了审核目的；", "需要补充现场审核，如需补充请说明关注的内容：_____"), 2))
    return "".join([
        p("1. 基本信息", "h1"), p(f"1.1 受审查方名称：{r['organization']}"), p(f"1.2 项目编号：{r['project']}"),
        p(f"1.3 工商注册地址：{r['address']}"), p(f"1.4 审查地址：{r['audit_address']}"), p("1.5 场所说明："),
        p(f"{FULL} 上述地址为单一场所组织"), p(f"{EMPTY} 多场所组织，包括上述地址的总部，以及下列固定分场所（包括名称与地址）："),
        p("1.6 受审查组织联系方式"), p(f"联系人：{r['contact']}　职务：{r['title']}　电话：{r['phone']}　邮箱：{r['email']}"),
        p("1.7 审查目的："), p("通过对受审查方涉及认证范围内的服务及管理现状，对照认证标准进行量化评价和判定，从而决定："),
        p("能否推荐 " + options(("初次认证注册", "保持认证注册", "再认证注册"), r["type"])),
        p("1.8 审查准则："), p(f"1) {service(r['form'])}（依据 {code}）"), p("2) 受审查方管理体系文件"),
        p("3) 适用的国家、行业及地方有关的法律法规及标准"), p(f"1.9 审查范围：{r['scope']}（{stars_text}）"),
        p("1.10 审查方式："), p(options(("现场审核", "远程审核", "现场结合远程审核"), r["method"])),
        p("1.11 暗访评价方式（必要时）"), p(f"{EMPTY} 现场：　　年　　月　　日至　　年　　月　　日"),
        p(f"{EMPTY} 非现场：　　年　　月　　日至　　年　　月　　日"), p(f"{FULL} 不需要"),
        p("1.12 审查覆盖的时期和本次审查时间："),
        p(f"本次审查时间：{day(r['start'])}{r['start'][3]}至 {day(r['end'])}{r['end'][3]}（共 {r['days']} 天）"),
        p(f"审查覆盖的时期：{r['period']}至 {day(r['end'])}（审查结束日）止"), p("1.13 审查组成员："), team, changes,
        p(f"1.{14 + shift}"), incidents,
        p(f"1.{15 + shift} 审查风险及审查中遇到的可能影响审查结论的不确定因素和（或）障碍（适用时，如断电、火灾、洪灾…）"),
        p(f"{FULL}无 {EMPTY}有，说明："), p(f"1.{16 + shift} 远程审核时适用："), p("1) 实施远程审核概况"), p("地点：_____"),
        p("范围：_____"), p("使用的 ICT 工具："), remote,
        p("评价抽样方法说明【包括：（1）抽样及样本信息说明（包括多场所涉及的本次抽样是否充分考虑服务场所的差异、场所的规模、服务活动的复杂程度、"
          "地域特点，列出样本信息及抽样原因）。（2）对服务体系有关的过程信息和数据进行复核确认情况。（3）面谈与观察等评价方法使用情况。"
          "（4）未按计划实施评价的说明及风险。】", "b"),
        p("本次审查按计划抽取了近一年的安装、维修和回访记录共 24 份，并与三名服务人员进行了面谈。", "i"),
        p("抽样覆盖了全部服务项目，未发现需要扩大抽样的情况。", "i")])


def summary_scores(r, scheme):
    rows = [[td(h, tag="th") for h in ("指标", "分值", "指标", "分值", "得分")]]
    total, top_sum, seen = Decimal(0), Decimal(0), set()
    for section, indicator, _, top, _, score in score_rows(r, scheme):
        absent = indicator["name"] in r["not_applicable"]
        total, top_sum = (total, top_sum) if absent else (total + score, top_sum + top)
        first = section["id"] not in seen
        seen.add(section["id"])
        head = [td(section["name"], len(section["indicators"])), td(section["max"], len(section["indicators"]))] if first else []
        rows.append(head + [td(indicator["name"]), td(plain(top)), td("/" if absent else plain(score))])
    printed = total + r.get("total_off", 0)
    result = (total / top_sum * 100).quantize(Decimal("0.01"), ROUND_HALF_UP)
    level = stars(result, scheme)
    rows += [[td("特别减分项", columns=2), td("超过 5 分不通过", columns=2), td("/")],
             [td("特别加分项", columns=2), td("最多 1 分", columns=2), td("/")], [td("总计:", columns=4), td(plain(printed))]]
    levels = "".join(p(f"{chr(97 + n)})达到 {l['minimum']} 分以上（含 {l['minimum']} 分），{stars(Decimal(str(l['minimum'])), scheme)}售后服务；")
                     for n, l in enumerate(scheme["levels"]))
    return level, table(rows, "score") + "".join([
        p("评分原则说明:"), p("e)当删减发生时，该指标分值不进行计算。除此之外的分值总和成为涉及项分值。"),
        p(f"评分计算：评价实得分数=实际得分/涉及项总分值*100={plain(result)}"), p("评分结果"), levels,
        p(f"3) 评分结果为：{plain(result)} 分，{level}售后服务")])


def detail_scores(r, scheme):
    out, totals, rows, maxima = [], {}, {}, {}
    for section, indicator, item, top, percent, score in score_rows(r, scheme):
        absent = item.get("code") in r["not_applicable"]
        score = Decimal(0) if absent else score
        totals[section["id"]] = totals.get(section["id"], Decimal(0)) + score
        maxima[section["id"]] = maxima.get(section["id"], Decimal(0)) + top
        score += r.get("item_off", {}).get(item.get("code"), 0)
        rows.setdefault(section["id"], {}).setdefault(indicator["name"], (indicator, []))[1].append([
            td(f"{item['clause']} 本项要求已形成制度并有效实施，抽查相关记录予以确认"), td(plain(top)), td(item.get("code") or ""),
            td("/" if absent else percent), td(plain(score))])
    total = sum(totals.values())
    for n, section in enumerate(scheme["sections"], 1):
        body = [[td(h, tag="th") for h in ("序号", "标题", "检查内容", "小类分值", "代码（维度）", "分项得分%", "分项实际得分")]]
        for indicator, items in rows[section["id"]].values():
            head = [td(indicator["clause"], len(items)), td(f"{indicator['name']}（{indicator['max']}分）", len(items))]
            body += [head + items[0]] + items[1:]
        out += [p(f"{n}) {section['name']}:"), p(f"本部分满分{section['max']}分，实际得分{plain(totals[section['id']])}分。各分项得分见下表:"),
                table(body, "score")]
    level = stars(total, scheme)
    return level, "".join([p("(1) 现场审查总体得分情况"), p(f"总分：{plain(total)}"), p("(2) 统计分析"), p("各部分得分情况"), *out,
                           p("4) 特别项：无特别扣分项，也没有特别加分项。")])


def closing(r, level):
    n = 5 if r["form"] == "cts05" else 6
    labels = ("认证注册资格", "再认证注册资格", "保持认证注册资格", "恢复认证注册资格", "变更认证范围。")
    chosen = {0: 0, 1: 2, 2: 1}[r["type"]] if r["conforms"] else -1
    use = "" if n == 5 else p("5. 证书及标志使用【适用于监督、再认证评价】", "h1") + p("证书用于投标文件，标志使用规范。", "i")
    return "".join([
        p("3. 受评价方服务体系概述及本次评价概述【适用时，应对多场所（多名称）组织的管理模式进行说明】", "h1"),
        p("受评价方建立了服务手册和岗位职责，配备了专职的服务人员，能够按照承诺的时限完成安装、维修和投诉处理。", "i"),
        p("本次评价通过查阅记录、现场观察和电话回访，确认服务体系运行有效。", "i"),
        p("4. 改进建议：", "h1"), p("建议把顾客回访的结果按月汇总分析，并用于培训计划的制定。", "i"), use,
        p(f"{n}. 评价结论：", "h1"), p("根据评价情况，评价组得出评价结论如下："),
        p(f"{box(r['conforms'])}通过审查评价，评价组确定受评价方的服务体系符合相关标准的要求，具备实现预期结果的能力，服务体系运行正常有效，"
          "本次评价达到预期评价目的，认证范围适宜，本次现场评价结论为："),
        p(" ".join(box(i == chosen) + "推荐" + l for i, l in enumerate(labels))),
        p(f"{box(not r['conforms'])}通过审查评价，评价组确定受评价方的服务体系不满足标准的要求："),
        p(" ".join(EMPTY + "不推荐" + l for l in labels)),
        p("评价组推荐的认证范围和星级【适用于初次审核、再认证评价、监督变更范围评价】", "b"), p(f"{r['scope']}（{level}）", "i"),
        p(f"报告编制人：{r['leader']}", "right"), p(f"编制日期：{day(r['report_date'])}", "right")])


STYLE = """@page{size:A4;margin:24mm 22mm;@bottom-center{content:"- " counter(page) " -";font-size:9pt}
@top-center{content:"服务认证审查报告";font-size:9pt}} body{font-family:'FONT';font-size:11pt;line-height:1.6}
p{margin:.25em 0} .body,.title,.center{text-align:center} .body{font-size:18pt;margin-top:40mm} .title{font-size:24pt;margin:20mm 0 12mm}
.h1,.h,.b{font-weight:bold} .i{text-indent:2em} .right{text-align:right;margin-top:6mm} table{border-collapse:collapse;width:100%;font-size:9.5pt}
td,th{border:.6pt solid black;padding:2pt 4pt;text-align:center} thead{display:table-header-group} tr{break-inside:avoid}
.break{break-before:page}"""


def form_html(r):
    scheme_file = {"gbt": "gbt-27922-2011", "cts05": "cts-isc-jsgf-05", "cts06": "cts-isc-jsgf-06"}[r["form"]]
    scheme = load_scheme(f"{scheme_file}.yaml")
    level, scores = (summary_scores if r["form"] == "gbt" else detail_scores)(r, scheme)
    level = r.get("stars", level)
    return "".join([f"<meta charset=utf-8><style>{STYLE.replace('FONT', r['font'])}</style>", cover(r), '<div class="break"></div>',
                    basic(r, level), p("2. 服务认证审查结果:", "h1"), scores, closing(r, level)])


def write_pdf(r, path):
    source = path.with_suffix(".html")
    source.write_text(form_html(r), encoding="utf-8")
    subprocess.run(["weasyprint", "-q", str(source), str(path)], check=True)
    source.unlink()


# -- paper -----------------------------------------------------------------------------------------------------------
def render(pdf, dpi, mode="L"):
    folder = pdf.with_suffix(".pages")
    folder.mkdir()
    subprocess.run(["pdftoppm", "-r", str(dpi), "-png", str(pdf), str(folder / "p")], check=True)
    pages = [Image.open(f).convert(mode).copy() for f in sorted(folder.iterdir())]
    for f in folder.iterdir():
        f.unlink()
    folder.rmdir()
    return pages


def aged(image, draw, angle, noise):
    """A sheet through a scanner: a little askew, soft and noisy."""
    fill = 255 if image.mode == "L" else (255,) * 3
    image = image.rotate(angle, Image.BICUBIC, fillcolor=fill).filter(ImageFilter.GaussianBlur(0.6))
    pixels = numpy.asarray(image, dtype=numpy.float32) + draw.normal(0, noise, numpy.asarray(image).shape)
    return Image.fromarray(pixels.clip(0, 255).astype(numpy.uint8))


def seal(image, center, radius):
    layer = Image.new("RGB", image.size, "white")
    pen = ImageDraw.Draw(layer)
    x, y = center
    pen.ellipse((x - radius, y - radius, x + radius, y + radius), outline=(214, 40, 40), width=radius // 14)
    pen.regular_polygon((x, y, radius // 3), 5, fill=(214, 40, 40))
    return Image.fromarray(numpy.minimum(numpy.asarray(image), numpy.asarray(layer)))


def write_scan(pdf, path, draw):
    files = []
    for n, page in enumerate(render(pdf, 200, "RGB")):
        if n == 0:
            page = seal(page, (1000, 1500), 220)
        file = path.with_suffix(f".{n:02d}.jpg")
        aged(page, draw, draw.uniform(-0.8, 0.8), 5).save(file, quality=55, dpi=(200, 200))
        files.append(file)
    subprocess.run(["img2pdf", "--pillow-limit-break", *map(str, files), "-o", str(path)], check=True)
    for file in files:
        file.unlink()


def write_fax(pdf, path, draw):
    pages = [aged(page, draw, draw.uniform(-0.5, 0.5), 12).point(lambda v: 255 if v > 150 else 0).convert("1")
             for page in render(pdf, 200)]
    pages[0].save(path, save_all=True, append_images=pages[1:], compression="group4", dpi=(200, 200))


def write_photo(pdf, folder, draw):
    folder.mkdir()
    for n, page in enumerate(render(pdf, 170, "RGB"), 1):
        w, h = page.size
        desk = Image.new("RGB", (w + 200, h + 240), (58, 62, 66))
        desk.paste(page, (100, 120))
        w, h = desk.size
        shift = [int(v) for v in draw.integers(10, 50, 8)]
        quad = (shift[0], shift[1], -shift[2], h + shift[3], w + shift[4], h - shift[5], w - shift[6], -shift[7])
        photo = numpy.asarray(desk.transform((w, h), Image.QUAD, quad, Image.BICUBIC, fillcolor=(58, 62, 66)), dtype=numpy.float32)
        light = numpy.linspace(1.02, 0.72, w)[None, :, None] * numpy.linspace(1.0, 0.88, h)[:, None, None]
        Image.fromarray((photo * light).clip(0, 255).astype(numpy.uint8)).save(folder / f"page-{n:02d}.jpg", quality=60)


RULES = """# 样例服务认证实施规则

1. 目的和范围

本规则用于规范样例认证中心有限公司开展商品售后服务认证的活动。

2. 认证依据

GB/T 27922-2011 《商品售后服务评价体系》

GB/T 19011-2021 管理体系审核指南

3. 认证程序

3.1 认证申请

申请方应提交申请书和营业执照。

3.2 现场审查

3.2.1 审查组至少由一名具有相应专业能力的审查员组成，并指定组长。

3.2.2 审查组应在现场审查结束后五个工作日内编制审查报告。

4. 证书的保持

获证组织每年接受一次监督审查。
"""


class Transcript(HTMLParser):
    """A form's HTML as plain text: a line a paragraph, tabs between the cells of a row."""

    def __init__(self):
        super().__init__()
        self.lines, self.row, self.cell, self.spans, self.rows_down = [], None, None, {}, 1

    def handle_starttag(self, tag, attrs):
        if tag == "tr":
            self.row = []
            self.fill()
        if tag in ("td", "th"):
            self.rows_down = int(dict(attrs).get("rowspan", 1))
        if tag in ("p", "td", "th"):
            self.cell = ""
        if tag == "div":
            self.lines += ["", "", "", ""]

    def fill(self):
        """An empty cell where one from above reaches down into this row."""
        while self.spans.get(len(self.row), 0):
            self.spans[len(self.row)] -= 1
            self.row.append("")

    def handle_data(self, data):
        if self.cell is not None:
            self.cell += data

    def handle_endtag(self, tag):
        if tag == "p":
            self.lines += [self.cell, ""]
        if tag in ("td", "th"):
            self.spans[len(self.row)] = self.rows_down - 1
            self.row.append(self.cell)
            self.fill()
        if tag == "tr":
            self.lines.append("\t".join(self.row))
        if tag in ("p", "td", "th"):
            self.cell = None


def write_transcript(r, path):
    parser = Transcript()
    parser.feed(form_html(r).split("</style>")[1])
    path.write_text("\n".join(parser.lines) + "\n", encoding="utf-8")


def main():
    out = Path(sys.argv[1])
    out.mkdir(parents=True, exist_ok=True)
    draw = numpy.random.default_rng(27922)
    reports = {
        "gbt-clean": base("gbt", 1), "cts05-clean": base("cts05", 2, font="WenQuanYi Zen Hei"),
        "cts06-clean": base("cts06", 3), "gbt-faults": base("gbt", 4, total_off=Decimal("0.3"), days="2", type=2, report_date=(2024, 5, 19)),
        "cts06-faults": base("cts06", 5, item_off={"B6": Decimal("0.02")}, title_organization="样例市远航教学仪器股份有限公司"),
        "gbt-scan": base("gbt", 6, not_applicable=("废弃商品回收",)), "cts05-fax": base("cts05", 7, font="WenQuanYi Zen Hei"),
        "gbt-photo": base("gbt", 8, type=1)}
    for name, report in reports.items():
        write_pdf(report, out / f"{name}.pdf")
    write_scan(out / "gbt-scan.pdf", out / "gbt-scan-200dpi.pdf", draw)
    write_fax(out / "cts05-fax.pdf", out / "cts05-fax.tif", draw)
    write_photo(out / "gbt-photo.pdf", out / "gbt-photo", draw)
    for name in ("gbt-scan", "cts05-fax", "gbt-photo"):
        (out / f"{name}.pdf").unlink()
    write_transcript(base("cts05", 9), out / "cts05-transcript.txt")
    (out / "rules.md").write_text(RULES, encoding="utf-8")


if __name__ == "__main__":
    main()
