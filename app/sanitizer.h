// Whether this build carries a sanitizer, for the few places where a worker process has to know: shadow
// memory is larger than any limit on address space, and a report must neither be thrown away nor tried again.
// Constants only.
#ifndef ATTEST_APP_SANITIZER_H_
#define ATTEST_APP_SANITIZER_H_

// GCC says so by a macro, clang by __has_feature.
#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define ATTEST_SANITIZED
#endif
#endif
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define ATTEST_SANITIZED
#endif

namespace attest {

#if defined(ATTEST_SANITIZED)
inline constexpr bool kSanitized = true;
#else
inline constexpr bool kSanitized = false;
#endif

// What a process that a sanitizer stopped exits with, by the *_OPTIONS of the test presets
// (CMakePresets.json).
inline constexpr int kSanitizerExit = 99;

}  // namespace attest

#endif  // ATTEST_APP_SANITIZER_H_
