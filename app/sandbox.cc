#include "app/sandbox.h"

#include <fcntl.h>
#include <linux/landlock.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <seccomp.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <memory>

#include "app/sanitizer.h"

namespace attest {
namespace {

// -- Landlock --
// Rights by the version of the interface that brought them; headers of Debian 12 know the first two only.
constexpr std::uint64_t kExecute = 1ull << 0, kWriteFile = 1ull << 1, kReadFile = 1ull << 2,
                        kReadFolder = 1ull << 3, kRemoveFile = 1ull << 5, kMakeFile = 1ull << 8,
                        kTruncate = 1ull << 14;
constexpr std::uint64_t kFileRights1 = (1ull << 13) - 1;  // the first version
constexpr std::uint64_t kFileRights2 = 1ull << 13;        // linking across folders
constexpr std::uint64_t kFileRights3 = kTruncate;
constexpr std::uint64_t kFileRights5 = 1ull << 15;          // ioctl on devices
constexpr std::uint64_t kNetworkRights4 = (1ull << 2) - 1;  // TCP: bind, connect
constexpr std::uint64_t kScopes6 = (1ull << 2) - 1;         // abstract sockets, signals to others
constexpr std::uint64_t kOnFiles = kExecute | kWriteFile | kReadFile | kTruncate;

struct RulesetAttributes {
  std::uint64_t files = 0, network = 0, scopes = 0;
};

class Descriptor {
 public:
  explicit Descriptor(long number) : number_(static_cast<int>(number)) {}
  ~Descriptor() {
    if (number_ >= 0) close(number_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int get() const { return number_; }

 private:
  int number_;
};

int landlock_version() {
  const long version = syscall(SYS_landlock_create_ruleset, nullptr, 0, LANDLOCK_CREATE_RULESET_VERSION);
  return version > 0 ? static_cast<int>(version) : 0;
}

Error refused(const char* what) {
  return {ErrorCode::missing_dependency,
          std::string("the sandbox cannot be set up: ") + what + ": " + std::strerror(errno)};
}

std::optional<Error> allow(int ruleset, const std::string& path, std::uint64_t rights) {
  const Descriptor place(open(path.c_str(), O_PATH | O_CLOEXEC));
  struct stat info {};
  if (place.get() < 0 || fstat(place.get(), &info) != 0) return std::nullopt;  // not there: nothing to allow
  landlock_path_beneath_attr rule{};
  rule.allowed_access = S_ISDIR(info.st_mode) ? rights : rights & kOnFiles;
  rule.parent_fd = place.get();
  if (syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH, &rule, 0) == 0) return std::nullopt;
  return refused("Landlock rule");
}

std::optional<Error> restrict_paths(const SandboxPolicy& policy, int version) {
  RulesetAttributes wanted;
  wanted.files = kFileRights1;
  if (version >= 2) wanted.files |= kFileRights2;
  if (version >= 3) wanted.files |= kFileRights3;
  if (version >= 5) wanted.files |= kFileRights5;
  if (version >= 4) wanted.network = kNetworkRights4;
  if (version >= 6) wanted.scopes = kScopes6;
  const std::size_t known = version >= 6 ? 24 : version >= 4 ? 16 : 8;  // bytes that the kernel knows
  const Descriptor ruleset(syscall(SYS_landlock_create_ruleset, &wanted, known, 0));
  if (ruleset.get() < 0) return refused("Landlock");
  for (const std::string& path : policy.readable) {
    if (auto failure = allow(ruleset.get(), path, kReadFile | kReadFolder)) return failure;
  }
  if (!policy.writable.empty()) {
    const std::uint64_t rights = kReadFile | kReadFolder | kWriteFile | kMakeFile | kRemoveFile | kTruncate;
    if (auto failure = allow(ruleset.get(), policy.writable, rights & wanted.files)) return failure;
  }
  if (syscall(SYS_landlock_restrict_self, ruleset.get(), 0) != 0) return refused("Landlock");
  return std::nullopt;
}

// -- seccomp --
// Calls that computing, memory and reading files need. Everything else fails with EPERM.
constexpr int kAllowed[] = {
    SCMP_SYS(read), SCMP_SYS(readv), SCMP_SYS(pread64), SCMP_SYS(preadv), SCMP_SYS(write), SCMP_SYS(writev),
    SCMP_SYS(pwrite64), SCMP_SYS(lseek), SCMP_SYS(_llseek), SCMP_SYS(close), SCMP_SYS(close_range),
    SCMP_SYS(fstat), SCMP_SYS(fstat64), SCMP_SYS(stat), SCMP_SYS(lstat), SCMP_SYS(newfstatat),
    SCMP_SYS(statx), SCMP_SYS(statfs), SCMP_SYS(fstatfs), SCMP_SYS(access), SCMP_SYS(faccessat),
    SCMP_SYS(faccessat2), SCMP_SYS(readlink), SCMP_SYS(readlinkat), SCMP_SYS(getdents), SCMP_SYS(getdents64),
    SCMP_SYS(getcwd), SCMP_SYS(fcntl), SCMP_SYS(fadvise64), SCMP_SYS(dup), SCMP_SYS(poll), SCMP_SYS(ppoll),
    // memory and threads
    SCMP_SYS(brk), SCMP_SYS(mmap), SCMP_SYS(munmap), SCMP_SYS(mremap), SCMP_SYS(mprotect), SCMP_SYS(madvise),
    SCMP_SYS(futex), SCMP_SYS(set_robust_list), SCMP_SYS(rseq), SCMP_SYS(membarrier), SCMP_SYS(sched_yield),
    SCMP_SYS(sched_getaffinity), SCMP_SYS(arch_prctl), SCMP_SYS(exit), SCMP_SYS(exit_group),
    // signals to itself, the clock, what it is
    SCMP_SYS(rt_sigaction), SCMP_SYS(rt_sigprocmask), SCMP_SYS(rt_sigreturn), SCMP_SYS(sigaltstack),
    SCMP_SYS(restart_syscall), SCMP_SYS(pause), SCMP_SYS(getpid), SCMP_SYS(gettid), SCMP_SYS(getppid),
    SCMP_SYS(getuid), SCMP_SYS(geteuid), SCMP_SYS(getgid), SCMP_SYS(getegid), SCMP_SYS(getrandom),
    SCMP_SYS(clock_gettime), SCMP_SYS(clock_getres), SCMP_SYS(clock_nanosleep), SCMP_SYS(nanosleep),
    SCMP_SYS(gettimeofday), SCMP_SYS(time), SCMP_SYS(times), SCMP_SYS(getrusage), SCMP_SYS(getrlimit),
    SCMP_SYS(setrlimit), SCMP_SYS(sysinfo), SCMP_SYS(uname), SCMP_SYS(getcpu)};

// A sanitizer asks by a pipe whether memory can be read before it judges what lies there.
constexpr int kAllowedForSanitizers[] = {SCMP_SYS(pipe), SCMP_SYS(pipe2)};

// With a folder to write to; Landlock says which.
constexpr int kAllowedForWriting[] = {SCMP_SYS(open),     SCMP_SYS(openat), SCMP_SYS(unlink),
                                      SCMP_SYS(unlinkat), SCMP_SYS(rename), SCMP_SYS(ftruncate),
                                      SCMP_SYS(chmod),    SCMP_SYS(fchmod)};

// No library calls these by chance: who does is not the program any more.
constexpr int kFatal[] = {SCMP_SYS(execve), SCMP_SYS(execveat), SCMP_SYS(ptrace), SCMP_SYS(process_vm_readv),
                          SCMP_SYS(process_vm_writev)};

using Filter = std::unique_ptr<void, decltype(&seccomp_release)>;

// A call that this architecture does not have needs no rule.
bool add(const Filter& filter, std::uint32_t action, int call,
         std::initializer_list<scmp_arg_cmp> when = {}) {
  const int result = seccomp_rule_add_array(filter.get(), action, call, static_cast<unsigned>(when.size()),
                                            when.size() == 0 ? nullptr : when.begin());
  return result == 0 || result == -EDOM;
}

bool add_opening(const Filter& filter, bool writing) {
  if (writing) {
    for (const int call : kAllowedForWriting) {
      if (!add(filter, SCMP_ACT_ALLOW, call)) return false;
    }
    return true;
  }
  constexpr scmp_datum_t kWrites = O_ACCMODE | O_CREAT | O_TRUNC;
  return add(filter, SCMP_ACT_ALLOW, SCMP_SYS(open), {SCMP_A1(SCMP_CMP_MASKED_EQ, kWrites, O_RDONLY)}) &&
         add(filter, SCMP_ACT_ALLOW, SCMP_SYS(openat), {SCMP_A2(SCMP_CMP_MASKED_EQ, kWrites, O_RDONLY)});
}

// Calls that are harmless on the process itself only.
bool add_on_itself(const Filter& filter) {
  const auto self = static_cast<scmp_datum_t>(getpid());
  return add(filter, SCMP_ACT_ALLOW, SCMP_SYS(tgkill), {SCMP_A0(SCMP_CMP_EQ, self)}) &&
         add(filter, SCMP_ACT_ALLOW, SCMP_SYS(kill), {SCMP_A0(SCMP_CMP_EQ, self)}) &&
         add(filter, SCMP_ACT_ALLOW, SCMP_SYS(prlimit64), {SCMP_A0(SCMP_CMP_EQ, 0)}) &&
         add(filter, SCMP_ACT_ALLOW, SCMP_SYS(clone),
             {SCMP_A0(SCMP_CMP_MASKED_EQ, CLONE_THREAD, CLONE_THREAD)}) &&
         // Its flags lie in memory, where no filter can see them; the C library falls back to clone().
         add(filter, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3)) &&
         add(filter, SCMP_ACT_ALLOW, SCMP_SYS(ioctl), {SCMP_A1(SCMP_CMP_EQ, TCGETS)});  // isatty()
}

std::optional<Error> restrict_calls(const SandboxPolicy& policy) {
  const Filter filter(seccomp_init(SCMP_ACT_ERRNO(EPERM)), &seccomp_release);
  bool good = filter != nullptr;
  for (const int call : kAllowed) good = good && add(filter, SCMP_ACT_ALLOW, call);
  if (kSanitized) {
    for (const int call : kAllowedForSanitizers) good = good && add(filter, SCMP_ACT_ALLOW, call);
  }
  for (const int call : kFatal) good = good && add(filter, SCMP_ACT_KILL_PROCESS, call);
  good = good && add_opening(filter, !policy.writable.empty()) && add_on_itself(filter);
  if (good) {
    const int result = seccomp_load(filter.get());
    if (result == 0) return std::nullopt;
    errno = -result;
  }
  return refused("seccomp");
}

}  // namespace

SandboxSupport sandbox_support() {
  SandboxSupport out;
  out.landlock = landlock_version();
  // Without a filter a kernel that has filters says so by EFAULT.
  out.seccomp = prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, nullptr, 0, 0) != 0 && errno == EFAULT;
  return out;
}

std::string describe(const SandboxSupport& support) {
  std::string out = support.landlock > 0 ? "Landlock " + std::to_string(support.landlock) : "";
  if (support.seccomp) out += out.empty() ? "seccomp" : ", seccomp";
  return out.empty() ? "none" : out;
}

std::vector<std::string> system_readable() {
  std::vector<std::string> out = {"/usr/share",       "/usr/local/share", "/usr/lib",
                                  "/usr/lib64",       "/usr/local/lib",   "/lib",
                                  "/lib64",           "/etc/fonts",       "/var/cache/fontconfig",
                                  "/etc/ld.so.cache", "/etc/localtime",   "/etc/ssl/openssl.cnf",
                                  "/dev/null",        "/dev/urandom",     "/sys/devices/system/cpu"};
  // A person's own fonts, by the XDG base directory specification.
  if (const char* home = std::getenv("HOME"); home != nullptr && *home != '\0') {
    for (const char* folder :
         {"/.fonts", "/.local/share/fonts", "/.config/fontconfig", "/.cache/fontconfig"}) {
      out.push_back(std::string(home) + folder);
    }
  }
  for (const char* name : {"FONTCONFIG_FILE", "FONTCONFIG_PATH"}) {
    if (const char* path = std::getenv(name); path != nullptr && *path != '\0') out.emplace_back(path);
  }
  return out;
}

std::optional<Error> enter_sandbox(const SandboxPolicy& policy) {
  const SandboxSupport support = sandbox_support();
  if (!support.any()) {
    return Error{ErrorCode::missing_dependency, "the kernel offers neither Landlock nor seccomp"};
  }
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return refused("no_new_privs");
  if (support.landlock > 0) {
    if (auto failure = restrict_paths(policy, support.landlock)) return failure;
  }
  return support.seccomp ? restrict_calls(policy) : std::nullopt;
}

}  // namespace attest
