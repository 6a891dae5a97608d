#include "ocr/light.h"

#include <algorithm>
#include <array>
#include <vector>

#include "ocr/vector_clones.h"

namespace attest {
namespace {

constexpr double kAssumedDpi = 200;   // of images that do not say
constexpr double kTile = 0.25;        // inch; larger than a character, smaller than a shadow
constexpr double kPaperShare = 0.88;  // quantile of a tile's grey levels taken as its paper
constexpr int kWhite = 248;           // what paper becomes
constexpr int kDarkestPaper = 60;     // darker tiles hold no paper (desk, solid black)

// Grey level below which `share` of a tile's pixels lie. Paper has one level over and over; four counts in
// turn need not wait for each other.
int quantile(const Image& grey, int x0, int y0, int x1, int y1, double share) {
  std::array<std::array<int, 256>, 4> counts{};
  for (int y = y0; y < y1; y += 2) {
    const std::uint8_t* row = grey.row(y);
    int x = x0;
    for (; x + 6 < x1; x += 8) {
      ++counts[0][row[x]], ++counts[1][row[x + 2]], ++counts[2][row[x + 4]], ++counts[3][row[x + 6]];
    }
    for (; x < x1; x += 2) ++counts[0][row[x]];
  }
  const int all = ((x1 - x0 + 1) / 2) * ((y1 - y0 + 1) / 2);
  int below = 0, level = 0;
  const auto count = [&](int v) { return counts[0][v] + counts[1][v] + counts[2][v] + counts[3][v]; };
  while (level < 255 && (below += count(level)) < share * all) ++level;
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

// Between the middles of which tiles a pixel lies, in one direction.
struct Place {
  int tile = 0;    // the one before it
  float part = 0;  // of the way to the next
};

std::vector<Place> places_of(int length, int tile, int tiles) {
  std::vector<Place> out(static_cast<std::size_t>(length));
  for (int k = 0; k < length; ++k) {
    const float at = std::clamp((k + 0.5f) / tile - 0.5f, 0.0f, tiles - 1.001f);
    out[k].tile = std::min(static_cast<int>(at), tiles - 2);
    out[k].part = at - out[k].tile;
  }
  return out;
}

// Evens out pixels of a row between the middles of two tiles, whose levels `above` and `below` the row have
// this tile's and the next one's.
ATTEST_VECTOR_CLONES void even_stretch(std::uint8_t* __restrict pixels, const float* __restrict parts,
                                       int count, const float* above, const float* below, float down) {
  const float a = above[0], to_a = above[1] - above[0], b = below[0], to_b = below[1] - below[0];
  for (int k = 0; k < count; ++k) {
    const float paper = (a + parts[k] * to_a) * (1 - down) + (b + parts[k] * to_b) * down;
    const float even = pixels[k] * kWhite / paper + 0.5f;
    pixels[k] = static_cast<std::uint8_t>(static_cast<int>(even < 255.0f ? even : 255.0f));
  }
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
  const PaperMap map = paper_of(*grey);
  const std::vector<Place> across = places_of(grey->width, map.tile, map.columns);
  const std::vector<Place> down = places_of(grey->height, map.tile, map.rows);
  std::vector<float> parts(across.size());
  std::transform(across.begin(), across.end(), parts.begin(), [](const Place& p) { return p.part; });
  for (int y = 0; y < grey->height; ++y) {
    const float* above = &map.level[static_cast<std::size_t>(down[y].tile) * map.columns];
    for (int x = 0, end = 0; x < grey->width; x = end) {
      const int tile = across[x].tile;
      while (end < grey->width && across[end].tile == tile) ++end;
      even_stretch(grey->row(y) + x, parts.data() + x, end - x, above + tile, above + map.columns + tile,
                   down[y].part);
    }
  }
}

}  // namespace attest
