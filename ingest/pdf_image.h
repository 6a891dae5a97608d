// The picture of a scanned PDF page, taken out of the file as it is: no resampling, no second compression
// loss.
#ifndef ATTEST_INGEST_PDF_IMAGE_H_
#define ATTEST_INGEST_PDF_IMAGE_H_

#include <cstdint>
#include <optional>

#include "ingest/pdf_content.h"
#include "record/image.h"

namespace attest {

// Pixels an inch at which the image is placed, the greater of both directions; 0 when the place is
// degenerate.
double placed_dpi(const PlacedImage& image);

// The page's picture as a viewer shows it (/Rotate done), on white where the image leaves a margin. Nothing
// for what is unusual and better rendered: masks, JBIG2, JPEG 2000, CMYK, odd colour spaces, slanted or
// stretched placement. Never throws.
std::optional<Image> embedded_picture(const PlacedImage& image, const PageContent& content,
                                      std::int64_t max_pixels);

}  // namespace attest

#endif  // ATTEST_INGEST_PDF_IMAGE_H_
