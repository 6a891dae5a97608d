#!/usr/bin/env python3
"""Draws reports that nothing was tuned on: other faces, layouts, names and numbers; on paper of four kinds; with truth.

    bench/held_out.py --base START --attest PROGRAM --out OUT [--reports 6] [--seed 1] [--profiles scan300,scan200,fax,photo]

START is the folder `start` of a training (ocr/training/train.sh), for the vocabulary. The forms are those of the samples
(samples/make_samples.py); faces are those kept out of training. Each report is drawn as a digital PDF, and its pages are
degraded as the training's pages are. The truth of a report is what PROGRAM reads in the digital PDF, whose text layer is
exact; facts that it does not hold as drawn are printed, for then the layout itself is misread.

Writes OUT/documents/NAME.pdf and OUT/documents/NAME/page-NN.*, OUT/truth/NAME.truth.json. Read the documents, then score
the records with the corpus' evaluate.py. Needs the packages of samples/make_samples.py and ocr/training/packages.txt.
"""
import argparse
import json
import random
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "samples"), str(ROOT / "ocr" / "training")]

import numpy  # noqa: E402
from PIL import Image  # noqa: E402

import generate  # noqa: E402
import make_samples  # noqa: E402
import pages  # noqa: E402

FACES = ("Noto Serif CJK SC", "LXGW WenKai", "AR PL KaitiM GB")
TITLE_FACES = ("Noto Serif CJK SC", "LXGW WenKai", "Noto Sans CJK SC")
FORMS = ("gbt", "cts05", "cts06")
BOXES = (("☐", "☑"), ("□", "☑"), ("□", "■"), ("□", "√"), ("☐", "☒"), ("□", "☒"))
MOST_BLACK = 0.09  # share of a fax page; dense tables have 0.06
TRADES = "水表 阀门 电梯 暖通设备 教学仪器 包装材料 橱柜 净水器 消防器材 锅炉 电线电缆 医疗器械 饲料 门窗 涂料 轮胎".split()
SERVICES = "安装 维修 调试 配送 培训 技术指导 投诉处理 退换货 巡检 备件供应 客户咨询".split()


def service_scope(rng, form):
    goods = "、".join(rng.sample(TRADES, rng.randrange(1, 4)))
    tail = {"gbt": "的销售相关售后服务", "cts05": "所涉及的商品售后绿色服务", "cts06": "的销售的商品售后服务成熟度"}[form]
    return f"{goods}{tail}（{'、'.join(rng.sample(SERVICES, rng.randrange(2, 5)))}）"


def registration(rng):
    return f"{rng.randrange(2019, 2026)}-{rng.choice(('S1SC', 'N1SC', 'S2SC'))}-{rng.randrange(10 ** 6, 10 ** 7)}"


def phone(rng):
    return "1" + rng.choice("3578") + "".join(rng.choice("0123456789") for _ in range(9))


def team(rng, source):
    roles = ["组长"] + ["组员"] * rng.randrange(0, 4)
    return [("ABCDEF"[n] if rng.random() < 0.7 else f"ISC[S]{rng.randrange(10 ** 4):04d}", source.hanzi_name(), role, registration(rng),
             f"{rng.randrange(1, 40):02d}.{rng.randrange(1, 13):02d}", phone(rng)) for n, role in enumerate(roles)]


def facts(rng, source, form, seed):
    """An invented report; nothing in it is at fault."""
    organization, address, members = source.company_name(), source.street().replace("  ", " "), team(rng, source)
    year, month, day = rng.randrange(2018, 2026), rng.randrange(1, 13), rng.randrange(1, 26)
    return make_samples.base(
        form, seed, body=source.company_name().split("有限")[0][:8] + "认证有限公司", organization=organization, title_organization=organization,
        project=f"{rng.randrange(10000, 30000)}-{year}-{ {'gbt': 'SA', 'cts05': 'SD', 'cts06': 'SE'}[form] }",
        body_address=source.street(), body_phone=f"0{rng.randrange(10, 99)}-{rng.randrange(10 ** 7, 10 ** 8)}", postcode=f"{rng.randrange(10 ** 5, 10 ** 6)}",
        address=address, audit_address=address, contact=source.hanzi_name(), title=rng.choice(("经理", "主任", "部长", "客服主管")), phone=phone(rng),
        scope=service_scope(rng, form), type=rng.randrange(3), method=rng.randrange(3), start=(year, month, day, "上午"),
        end=(year, month, day + 1, "上午"), days="1.5", report_date=(year, month, day + 2), leader=members[0][1], team=members)


def style(rng):
    """A style sheet: what differs between one office's reports and another's."""
    size, rule = rng.uniform(9.5, 13), rng.choice((0.4, 0.5, 0.75, 1, 1.5))
    cell = rng.uniform(8, 10.5)
    frame = rng.choice(("", f"table{{border:{rule * 2.5}pt solid black}}", "table{border:2.25pt double black}"))
    head = rng.choice(("", "th{background:#d9d9d9}", "th{font-weight:normal}"))
    margins = f"{rng.randrange(15, 30)}mm {rng.randrange(14, 30)}mm"
    titles = f".title,.h1{{font-family:'{rng.choice(TITLE_FACES)}'}}" if rng.random() < 0.6 else ""
    left = rng.random() < 0.4
    return f"""@page{{size:A4;margin:{margins};@bottom-{rng.choice(('center', 'right'))}{{content:{rng.choice(('counter(page)', '"第 " counter(page) " 页"', '"- " counter(page) " -"'))};font-size:9pt}}
@top-{rng.choice(('center', 'left', 'right'))}{{content:"{rng.choice(('服务认证审查报告', '服务认证审查报告　　ISC-B-01', '受控文件'))}";font-size:9pt;border-bottom:{rng.choice((0, 0.5))}pt solid black}}}}
body{{font-family:'{rng.choice(FACES)}';font-size:{size:.1f}pt;line-height:{rng.uniform(1.35, 2):.2f}}} p{{margin:{rng.uniform(.1, .5):.2f}em 0}}
.body,.title,.center{{text-align:center}} .body{{font-size:{rng.randrange(16, 24)}pt;margin-top:{rng.randrange(20, 50)}mm}}
.title{{font-size:{rng.randrange(20, 34)}pt;margin:{rng.randrange(12, 26)}mm 0;font-weight:{rng.choice(('normal', 'bold'))}}}
.h1,.h,.b{{font-weight:{rng.choice(('normal', 'bold', 'bold'))}}} .i{{text-indent:2em}} .right{{text-align:right;margin-top:6mm}}
table{{border-collapse:collapse;width:{rng.randrange(92, 101)}%;font-size:{cell:.1f}pt;line-height:{rng.uniform(1.2, 1.7):.2f}}}
td,th{{border:{rule}pt solid black;padding:{rng.uniform(1, 5):.1f}pt {rng.uniform(1, 5):.1f}pt;text-align:{'left' if left else 'center'};
vertical-align:{rng.choice(('middle', 'top'))}}} {frame} {head} {titles} tr{{break-inside:{rng.choice(('avoid', 'auto'))}}} .break{{break-before:page}}"""


def halved(text):
    return text.translate(str.maketrans("：（）；，", ":();,"))


def report_html(rng, report):
    """The report's page as the samples draw it, in another style."""
    make_samples.EMPTY, make_samples.FULL = rng.choice(BOXES)
    whole = make_samples.form_html(report)
    body = whole.split("</style>")[1]
    if rng.random() < 0.4:
        body = "".join(part if part.startswith("<") else halved(part) for part in re.split(r"(<[^>]*>)", body))
    return f"<meta charset=utf-8><style>{style(rng)}</style>{body}"


def draw_pdf(rng, report, path):
    source = path.with_suffix(".html")
    source.write_text(report_html(rng, report), encoding="utf-8")
    subprocess.run(["weasyprint", "-q", str(source), str(path)], check=True)
    source.unlink()


def on_paper(rng, page, profile):
    """(image, dpi, file ending); a fax that would be black with noise is sent lighter, as a clerk does."""
    if profile != "fax":
        image, _, dpi, ending = pages.degraded(rng, page, profile)
        return image, dpi, ending
    image, _, dpi, _ = pages.scanned(rng, pages.seal(rng, page.convert("RGB")) if rng.random() < 0.35 else page.convert("RGB"), 200, 0.8)
    pixels = numpy.asarray(image.convert("L"), numpy.float32)
    ink, paper = numpy.percentile(pixels, 1), numpy.percentile(pixels, 90)
    threshold = min(ink + (paper - ink) * rng.uniform(0.35, 0.7), numpy.percentile(pixels, 100 * MOST_BLACK))
    return Image.fromarray(numpy.where(pixels > threshold, 255, 0).astype(numpy.uint8)).convert("1"), dpi, "png"


def degrade(rng, pdf, profile, folder):
    folder.mkdir(parents=True, exist_ok=True)
    for n, page in enumerate(make_samples.render(pdf, pages.DPI), 1):
        page = page.resize((pages.WIDTH, pages.HEIGHT)) if page.size != (pages.WIDTH, pages.HEIGHT) else page
        image, dpi, ending = on_paper(rng, page, profile)
        image.save(folder / f"page-{n:02d}.{ending}", dpi=(dpi, dpi), quality=rng.randrange(55, 90))


# -- truth -----------------------------------------------------------------------------------------------------------
def leaf(node):
    return node.get("value") if isinstance(node, dict) and "value" in node else node


def bare(node):
    """A record's part with its fields as plain values."""
    if isinstance(node, list):
        return [bare(x) for x in node]
    if isinstance(node, dict):
        return leaf(node) if "value" in node else {k: bare(v) for k, v in node.items()}
    return node


def truth_of(record, name, profile):
    states = {group: {o["option"]: o["state"] for o in s["options"]} for group, s in record["selections"].items()}
    return {"name": name, "kind": leaf(record["kind"]), "scheme": leaf(record["scheme"]), "conditions": {"rendition": profile},
            "fields": bare(record["fields"]), "selections": states, "audit_team": bare(record["audit_team"]),
            "scores": bare(record["scores"]), "findings": [
                {k: f.get(k) for k in ("rule", "subject", "severity")} for f in record["findings"]]}


def squeezed(text):
    return re.sub(r"\s", "", str(text)).translate(str.maketrans("：（）；，", ":();,"))


def wrong_facts(report, record):
    """Facts that the digital record does not hold as they were drawn."""
    fields = bare(record["fields"])
    wanted = {"organization_name": "organization", "project_number": "project", "certification_body": "body", "body_address": "body_address",
              "registered_address": "address", "audit_address": "audit_address", "contact_name": "contact", "contact_phone": "phone",
              "scope": "scope", "body_postcode": "postcode", "contact_title": "title", "body_phone": "body_phone"}
    for field, key in wanted.items():
        if squeezed(fields.get(field)) != squeezed(report[key]):
            yield f"{field}: drawn {report[key]!r}, read {fields.get(field)!r}"
    names = [m["name"] for m in bare(record["audit_team"])]
    if names != [m[1] for m in report["team"]]:
        yield f"audit_team: drawn {[m[1] for m in report['team']]}, read {names}"
    if record["findings"]:
        yield "findings: " + ", ".join(f"{f['rule']} {f['subject']}" for f in record["findings"])


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--base", required=True)
    parser.add_argument("--attest", required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--reports", type=int, default=6)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--profiles", default="scan300,scan200,fax,photo")
    args = parser.parse_args()

    documents, digital, truth = args.out / "documents", args.out / "digital", args.out / "truth"
    for folder in (documents, digital, truth):
        folder.mkdir(parents=True, exist_ok=True)
    rng = random.Random(args.seed)
    source, _ = generate.make_corpus(args.base, rng)
    reports = {}
    for n in range(args.reports):
        form = FORMS[n % len(FORMS)]
        name = f"{form}-{args.seed}-{n:02d}"
        reports[name] = facts(rng, source, form, args.seed * 1000 + n)
        draw_pdf(rng, reports[name], documents / f"{name}.pdf")
    subprocess.run([args.attest, "run", *(str(documents / f"{name}.pdf") for name in reports), "-o", str(digital), "-q", "--no-progress-bar"],
                   check=True)
    profiles = args.profiles.split(",")
    for n, (name, report) in enumerate(reports.items()):
        record = json.loads((digital / f"{name}.json").read_text(encoding="utf-8"))
        for line in wrong_facts(report, record):
            print(f"{name}: {line}")
        profile = profiles[n // len(FORMS) % len(profiles)]
        degraded = f"{name}-{profile}"
        degrade(rng, documents / f"{name}.pdf", profile, documents / degraded)
        (truth / f"{degraded}.truth.json").write_text(json.dumps(truth_of(record, degraded, profile), ensure_ascii=False, indent=1),
                                                      encoding="utf-8")


if __name__ == "__main__":
    main()
