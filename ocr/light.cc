#include "ocr/light.h"

#include <algorithm>
#include <array>
#include <vector>

namespace attest {
namespace {

constexpr double kAssumedDpi = 200;   // of images that do not say
constexpr double kTile = 0.25;        // inch; larger than a character, smaller than a shadow
constexpr double kPaperShare = 0.88;  // quantile of a tile's grey levels taken as its paper
constexpr int kWhite = 248;           // what paper becomes
constexpr int kDarkestPaper = 60;     // darker tiles hold no paper (desk, solid black)

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
