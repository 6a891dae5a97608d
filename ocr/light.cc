#include "ocr/light.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <vector>

#include "ocr/raster.h"

namespace attest {
namespace {

constexpr double kAssumedDpi = 200;   // of images that do not say
constexpr int kRedOverOthers = 28;    // grey levels by which red ink's red channel exceeds the others
constexpr int kRedIsLight = 90;       // below this in the red channel there is black print under the seal
constexpr double kSealSide = 0.35;    // inch; company seals are 1.5 in across, a pen's tick is below 0.3 in
constexpr double kSealGap = 0.06;     // inch between the strokes of one seal
constexpr double kTile = 0.25;        // inch; larger than a character, smaller than a shadow
constexpr double kPaperShare = 0.88;  // quantile of a tile's grey levels taken as its paper
constexpr int kWhite = 248;           // what paper becomes
constexpr int kDarkestPaper = 60;     // darker tiles hold no paper (desk, solid black)

std::uint8_t luminance(const std::uint8_t* rgb) {
  return static_cast<std::uint8_t>((rgb[0] * 77 + rgb[1] * 150 + rgb[2] * 29) >> 8);
}

bool is_red(const std::uint8_t* rgb) { return rgb[0] - std::max(rgb[1], rgb[2]) > kRedOverOthers; }

// Boxes of connected red areas of a seal's size. The mask is reduced to blocks of `block` pixels first.
std::vector<PixelBox> seal_boxes(const Image& image, double dpi) {
  const int block = std::max(1, static_cast<int>(dpi * 0.02));
  const int w = image.width / block, h = image.height / block;
  if (w < 8 || h < 8) return {};
  PixPtr mask(pixCreate(w, h, 1));
  if (!mask) return {};
  bool any = false;
  for (int y = 0; y < h; ++y) {
    for (int x = 0; x < w; ++x) {
      int red = 0;
      for (int dy = 0; dy < block; ++dy) {
        const std::uint8_t* p = image.row(y * block + dy) + static_cast<std::size_t>(x) * block * 3;
        for (int dx = 0; dx < block; ++dx, p += 3) red += is_red(p);
      }
      if (red * 4 >= block * block) {
        pixSetPixel(mask.get(), x, y, 1);
        any = true;
      }
    }
  }
  if (!any) return {};
  const int gap = std::max(1, static_cast<int>(dpi * kSealGap / block)) | 1;
  mask.reset(pixCloseSafeBrick(nullptr, mask.get(), gap, gap));
  if (!mask) return {};
  std::vector<PixelBox> out;
  BOXA* boxes = pixConnCompBB(mask.get(), 8);
  const double least = dpi * kSealSide / block;
  for (int i = 0; i < boxaGetCount(boxes); ++i) {
    l_int32 x, y, bw, bh;
    boxaGetBoxGeometry(boxes, i, &x, &y, &bw, &bh);
    if (bw < least || bh < least) continue;
    out.push_back(
        clipped(grown({x * block, y * block, bw * block, bh * block}, 2 * block), image.width, image.height));
  }
  boxaDestroy(&boxes);
  return out;
}

// Grey level of the paper between a seal's strokes.
std::uint8_t paper_in(const Image& image, const PixelBox& box) {
  std::array<int, 256> histogram{};
  int count = 0, below = 0, level = 0;
  for (int y = box.y; y < box.bottom(); ++y) {
    const std::uint8_t* p = image.row(y) + static_cast<std::size_t>(box.x) * 3;
    for (int x = 0; x < box.w; ++x, p += 3, ++count) ++histogram[luminance(p)];
  }
  while (level < 255 && (below += histogram[level]) < kPaperShare * count) ++level;
  return static_cast<std::uint8_t>(level);
}

void clear_seal(const Image& image, const PixelBox& box, Image* grey) {
  const std::uint8_t paper = paper_in(image, box);
  for (int y = box.y; y < box.bottom(); ++y) {
    const std::uint8_t* p = image.row(y) + static_cast<std::size_t>(box.x) * 3;
    std::uint8_t* out = grey->row(y) + box.x;
    for (int x = 0; x < box.w; ++x, p += 3, ++out) {
      // Red ink is light in the red channel. Its edges, washed out by JPEG's chroma, are only reddish: there
      // the red channel alone is right as well, since black print is dark in all three.
      const int reddish = p[0] - std::max(p[1], p[2]);
      if (reddish > kRedOverOthers / 3) *out = std::min(p[0], paper);
      if (reddish > kRedOverOthers && p[0] > kRedIsLight) *out = paper;
    }
  }
}

// Grey level below which `share` of a tile's pixels lie.
int quantile(const Image& grey, int x0, int y0, int x1, int y1, double share) {
  std::array<int, 256> histogram{};
  int count = 0;
  for (int y = y0; y < y1; y += 2) {
    const std::uint8_t* row = grey.row(y);
    for (int x = x0; x < x1; x += 2, ++count) ++histogram[row[x]];
  }
  int below = 0, level = 0;
  while (level < 255 && (below += histogram[level]) < share * count) ++level;
  return level;
}

struct PaperMap {
  int columns = 0, rows = 0, tile = 1;
  std::vector<float> level;
  float& at(int x, int y) { return level[static_cast<std::size_t>(y) * columns + x]; }
};

// Tiles without paper take over the brightest neighbour, so that a solid black area stays black.
void fill_dark_tiles(PaperMap* map) {
  for (int pass = 0; pass < 4; ++pass) {
    PaperMap before = *map;
    for (int y = 0; y < map->rows; ++y) {
      for (int x = 0; x < map->columns; ++x) {
        float best = 0;
        for (int dy = -1; dy <= 1; ++dy) {
          for (int dx = -1; dx <= 1; ++dx) {
            const int nx = std::clamp(x + dx, 0, map->columns - 1), ny = std::clamp(y + dy, 0, map->rows - 1);
            best = std::max(best, before.at(nx, ny));
          }
        }
        if (before.at(x, y) < 0.6f * best) map->at(x, y) = best;
      }
    }
  }
}

PaperMap paper_of(const Image& grey) {
  PaperMap map;
  map.tile = std::max(8, static_cast<int>((grey.dpi > 0 ? grey.dpi : kAssumedDpi) * kTile));
  map.columns = std::max(2, (grey.width + map.tile - 1) / map.tile);
  map.rows = std::max(2, (grey.height + map.tile - 1) / map.tile);
  map.level.resize(static_cast<std::size_t>(map.columns) * map.rows);
  for (int y = 0; y < map.rows; ++y) {
    for (int x = 0; x < map.columns; ++x) {
      const int x1 = std::min(grey.width, (x + 1) * map.tile), y1 = std::min(grey.height, (y + 1) * map.tile);
      const int x0 = std::max(0, std::min(x * map.tile, x1 - map.tile)),
                y0 = std::max(0, std::min(y * map.tile, y1 - map.tile));
      map.at(x, y) = static_cast<float>(quantile(grey, x0, y0, x1, y1, kPaperShare));
    }
  }
  fill_dark_tiles(&map);
  for (float& level : map.level) level = std::max(level, static_cast<float>(kDarkestPaper));
  return map;
}

}  // namespace

bool is_bilevel(const Image& grey) {
  if (grey.channels != 1 || grey.empty()) return false;
  const std::size_t step = std::max<std::size_t>(1, grey.pixels.size() / 100'000);
  for (std::size_t i = 0; i < grey.pixels.size(); i += step) {
    if (grey.pixels[i] > 8 && grey.pixels[i] < 247) return false;
  }
  return true;
}

Image without_stamps(const Image& image) {
  if (image.channels == 1) return image;
  Image grey;
  grey.width = image.width;
  grey.height = image.height;
  grey.dpi = image.dpi;
  grey.pixels.resize(static_cast<std::size_t>(image.width) * image.height);
  const std::uint8_t* in = image.pixels.data();
  for (std::uint8_t& out : grey.pixels) {
    out = luminance(in);
    in += 3;
  }
  for (const PixelBox& box : seal_boxes(image, image.dpi > 0 ? image.dpi : kAssumedDpi))
    clear_seal(image, box, &grey);
  return grey;
}

void even_light(Image* grey) {
  if (grey->empty() || is_bilevel(*grey)) return;
  PaperMap map = paper_of(*grey);
  std::vector<float> factor(static_cast<std::size_t>(grey->width));
  for (int y = 0; y < grey->height; ++y) {
    const float gy = std::clamp((y + 0.5f) / map.tile - 0.5f, 0.0f, map.rows - 1.001f);
    const int y0 = std::min(static_cast<int>(gy), map.rows - 2);
    const float fy = gy - y0;
    std::uint8_t* row = grey->row(y);
    for (int x = 0; x < grey->width; ++x) {
      const float gx = std::clamp((x + 0.5f) / map.tile - 0.5f, 0.0f, map.columns - 1.001f);
      const int x0 = std::min(static_cast<int>(gx), map.columns - 2);
      const float fx = gx - x0;
      const float* a = &map.level[static_cast<std::size_t>(y0) * map.columns + x0];
      const float* b = a + map.columns;
      const float paper = (a[0] + fx * (a[1] - a[0])) * (1 - fy) + (b[0] + fx * (b[1] - b[0])) * fy;
      row[x] = static_cast<std::uint8_t>(std::min(255.0f, row[x] * kWhite / paper + 0.5f));
    }
  }
}

void remove_specks(Image* grey) {
  const Image before = *grey;
  const auto ink = [&](int x, int y) {
    return x >= 0 && y >= 0 && x < before.width && y < before.height && before.row(y)[x] < 128;
  };
  const auto neighbours = [&](int x, int y) {
    int count = 0;
    for (int dy = -1; dy <= 1; ++dy) {
      for (int dx = -1; dx <= 1; ++dx) count += (dx || dy) && ink(x + dx, y + dy);
    }
    return count;
  };
  for (int y = 0; y < before.height; ++y) {
    for (int x = 0; x < before.width; ++x) {
      if (!ink(x, y)) continue;
      const int own = neighbours(x, y);
      if (own == 0) grey->row(y)[x] = 255;
      if (own != 1) continue;
      for (int dy = -1; dy <= 1; ++dy) {
        for (int dx = -1; dx <= 1; ++dx) {
          if ((dx || dy) && ink(x + dx, y + dy) && neighbours(x + dx, y + dy) == 1) grey->row(y)[x] = 255;
        }
      }
    }
  }
}

}  // namespace attest
