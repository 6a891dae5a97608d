#!/usr/bin/env python3
"""Makes the line images beside it: invented text in Debian's fonts, clean and degraded. Needs python3-pil.

Packages: fonts-wqy-zenhei fonts-arphic-uming fonts-arphic-ukai. Run again only to add lines: the tests compare
two programs on the same pixels, so new pixels need no new expectations.
"""
import os
import random

from PIL import Image, ImageDraw, ImageFilter, ImageFont

FOLDER = os.path.dirname(os.path.abspath(__file__))
HEI = "/usr/share/fonts/truetype/wqy/wqy-zenhei.ttc"
MING = "/usr/share/fonts/truetype/arphic/uming.ttc"
KAI = "/usr/share/fonts/truetype/arphic/ukai.ttc"

LINES = [  # name, font, em, blur, noise, grey of ink, text
    ("clean-hei", HEI, 36, 0, 0, 0, "受审查方名称：海蓝仪器制造有限公司"),
    ("clean-ming", MING, 42, 0, 0, 0, "服务管理制度健全，职责明确，记录完整可追溯。"),
    ("clean-kai", KAI, 40, 0, 0, 20, "现场审查地址：江州市云台区柳荫路八十八号"),
    ("digits", HEI, 34, 0, 0, 0, "5.1.2.3 得分 87.50 / 100 (2024-03-15)"),
    ("latin", MING, 38, 0, 0, 0, "Certificate No. CX-20871-SA, ISO 9001:2015"),
    ("code", HEI, 30, 0, 0, 0, "A-0937.2/B"),
    ("blurred", HEI, 33, 1.6, 4, 40, "售后服务网点覆盖全国三十个省市"),
    ("faint", MING, 36, 0.8, 6, 120, "投诉处理及时率达到百分之九十八"),
    ("noisy", KAI, 40, 0.6, 28, 30, "培训计划与考核结果一致"),
    ("small", HEI, 15, 0.3, 3, 20, "注：本表由审查组长填写，不得涂改"),
    ("large", MING, 90, 0.5, 5, 10, "总分"),
    ("one", HEI, 36, 0, 0, 0, "是"),
    ("one-digit", MING, 36, 0, 0, 0, "7"),
    ("punctuation", MING, 36, 0, 0, 0, "（一）……；、“有”、《无》：－——"),
    ("blank", HEI, 36, 0, 0, 250, ""),
    ("speckled", HEI, 36, 0, 40, 250, ""),
    ("long", HEI, 36, 0, 0, 0, "客户满意度调查覆盖售前咨询、安装调试、定期回访与备件供应各环节，" * 5),
    ("columns", HEI, 48, 0, 0, 0, "服务认证审查评价记录汇总与结论" * 8 + "终"),
]


def draw(font_path, em, blur, noise, ink, text, seed):
    font = ImageFont.truetype(font_path, em)
    width = int(font.getlength(text)) if text else 6 * em
    height = int(1.3 * em)
    image = Image.new("L", (width + em // 2, height), 250)
    ImageDraw.Draw(image).text((em // 4, height // 2), text, fill=ink, font=font, anchor="lm")
    if blur:
        image = image.filter(ImageFilter.GaussianBlur(blur))
    if noise:
        rng = random.Random(seed)
        image.putdata([max(0, min(255, int(v + rng.gauss(0, noise)))) for v in image.getdata()])
    return image


for number, (name, font, em, blur, noise, ink, text) in enumerate(LINES):
    image = draw(font, em, blur, noise, ink, text, number)
    if name == "columns":  # two thousand columns of the network: 6,000 pixels at its height of 48
        image = image.resize((6000, 48))
    image.save(os.path.join(FOLDER, name + ".png"), optimize=True)
