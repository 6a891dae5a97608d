#include "ingest/orient.h"

#include <array>
#include <cstring>

namespace attest {

Orientation turned(Orientation o, int degrees) {
  for (int quarter = ((degrees % 360 + 360) % 360) / 90; quarter > 0; --quarter) {
    o = {-o.right_y, o.right_x, -o.down_y, o.down_x};
  }
  return o;
}

Orientation orientation_of_tag(int tag) {
  static constexpr std::array<Orientation, 8> kTags = {{{1, 0, 0, 1},
                                                        {-1, 0, 0, 1},
                                                        {-1, 0, 0, -1},
                                                        {1, 0, 0, -1},
                                                        {0, 1, 1, 0},
                                                        {0, 1, -1, 0},
                                                        {0, -1, -1, 0},
                                                        {0, -1, 1, 0}}};
  return tag >= 1 && tag <= 8 ? kTags[tag - 1] : kTags[0];
}

int stored_turn(const Orientation& o) {
  if (o.right_y == 1) return 270;  // shown after a quarter turn clockwise: stored a quarter counter-clockwise
  if (o.right_y == -1) return 90;
  return o.down_y == -1 && o.right_x == -1 ? 180 : 0;
}

Image oriented(const Image& image, const Orientation& o) {
  if (o.stored() || image.empty()) return image;
  const bool swap = o.right_y != 0;
  Image out;
  out.width = swap ? image.height : image.width;
  out.height = swap ? image.width : image.height;
  out.channels = image.channels;
  out.dpi = image.dpi;
  out.pixels.resize(image.pixels.size());
  const int origin_x = o.right_x < 0 || o.down_x < 0 ? out.width - 1 : 0;
  const int origin_y = o.right_y < 0 || o.down_y < 0 ? out.height - 1 : 0;
  for (int y = 0; y < image.height; ++y) {
    const std::uint8_t* source = image.row(y);
    for (int x = 0; x < image.width; ++x, source += image.channels) {
      const int to_x = origin_x + x * o.right_x + y * o.down_x;
      const int to_y = origin_y + x * o.right_y + y * o.down_y;
      std::memcpy(out.row(to_y) + static_cast<std::size_t>(to_x) * out.channels, source, image.channels);
    }
  }
  return out;
}

}  // namespace attest
