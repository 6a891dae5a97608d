// Loops over whole pages, compiled for wider vectors too: ATTEST_VECTOR_CLONES before a function lets the
// program take the widest its processor has. Results are the same: no multiplication is fused with an
// addition anywhere (-ffp-contract=off).
#ifndef ATTEST_OCR_VECTOR_CLONES_H_
#define ATTEST_OCR_VECTOR_CLONES_H_

// The choice is made by the dynamic linker before a sanitizer is ready, so their builds go without.
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) && !defined(__SANITIZE_ADDRESS__) && \
    !defined(__SANITIZE_THREAD__)
#define ATTEST_VECTOR_CLONES __attribute__((target_clones("default", "avx2")))
#else
#define ATTEST_VECTOR_CLONES
#endif

#endif  // ATTEST_OCR_VECTOR_CLONES_H_
