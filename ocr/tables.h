// Ruled tables: connected systems of horizontal and vertical lines become grids of cells, merged where the
// separating segment is not printed.
//
//   for (const CellGrid& grid : find_tables(rulings, dpi, width, height)) use(grid.cells);
//
// A broken segment or a missing outer frame does not merge cells. One box around one text is no table. Pixels
// of the deskewed page; pure and thread safe.
#ifndef ATTEST_OCR_TABLES_H_
#define ATTEST_OCR_TABLES_H_

#include <vector>

#include "ocr/raster.h"
#include "ocr/rulings.h"

namespace attest {

struct CellGrid {
  struct C {
    int row = 0, col = 0, row_span = 1, col_span = 1;
    PixelBox box;  // between the middles of its rulings
  };
  PixelBox box;
  int rows = 0, columns = 0;
  std::vector<C> cells;  // by row, then column; they cover the grid without overlap
};

std::vector<CellGrid> find_tables(const Rulings& rulings, double dpi, int width, int height);

}  // namespace attest

#endif  // ATTEST_OCR_TABLES_H_
