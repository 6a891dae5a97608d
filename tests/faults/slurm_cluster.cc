#include "tests/faults/slurm_cluster.h"

#include <netinet/in.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <string_view>
#include <thread>

namespace attest {
namespace {

namespace fs = std::filesystem;

// A port that is free now.
int free_port() {
  const int descriptor = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  int port = 0;
  if (bind(descriptor, reinterpret_cast<const sockaddr*>(&address), size) == 0 &&
      getsockname(descriptor, reinterpret_cast<sockaddr*>(&address), &size) == 0) {
    port = ntohs(address.sin_port);
  }
  close(descriptor);
  return port;
}

std::string why_not() {
  for (const char* program :
       {"/usr/sbin/slurmctld", "/usr/sbin/slurmd", "/usr/sbin/munged", "/usr/bin/sbatch"}) {
    if (!fs::exists(program))
      return std::string(program) + " is not installed (Debian packages slurm-wlm, munge)";
  }
  return getuid() == 0 ? "" : "Slurm's daemons need root";
}

std::string configuration(const std::string& folder) {
  std::array<char, 256> name{};
  gethostname(name.data(), name.size() - 1);
  const std::string host = name.data();
  std::string out =
      "ClusterName=attest\nSlurmctldHost=" + host + "(127.0.0.1)\nSlurmUser=root\nSlurmdUser=root\n" +
      "AuthType=auth/munge\nAuthInfo=socket=" + folder +
      "/munge/socket\nSlurmctldPort=" + std::to_string(free_port()) + "\nStateSaveLocation=" + folder +
      "/state\nSlurmdSpoolDir=" + folder + "/spool-%n\nSlurmctldPidFile=" + folder +
      "/slurmctld.pid\nSlurmdPidFile=" + folder + "/slurmd-%n.pid\n";
  out +=
      "ProctrackType=proctrack/pgid\nTaskPlugin=task/none\nJobAcctGatherType=jobacct_gather/none\n"
      "SelectType=select/cons_tres\nSelectTypeParameters=CR_CPU\nSwitchType=switch/none\nMpiDefault=none\n"
      "MailProg=/bin/true\nReturnToService=2\nSlurmdTimeout=5\nKillWait=2\nJobRequeue=1\n"
      "SchedulerParameters=batch_sched_delay=0,sched_interval=1\n";
  for (const char* node : {"n1", "n2"}) {
    out += std::string("NodeName=") + node + " NodeHostname=" + host +
           " NodeAddr=127.0.0.1 Port=" + std::to_string(free_port()) + " CPUs=1 State=UNKNOWN\n";
  }
  return out + "PartitionName=all Nodes=n1,n2 Default=YES MaxTime=INFINITE State=UP\n";
}

void make_munge_key(const fs::path& folder) {
  fs::create_directory(folder);
  fs::permissions(folder, fs::perms(0700));
  std::array<char, 1024> key{};
  (void)!getrandom(key.data(), key.size(), 0);
  std::ofstream(folder / "key", std::ios::binary).write(key.data(), key.size());
  fs::permissions(folder / "key", fs::perms(0600));
}

// Processes of jobs on a node, each after the step that looks after it: they belong to no daemon.
std::vector<int> job_processes(const std::string& node, const std::string& folder) {
  std::vector<int> steps, others;
  for (const auto& entry : fs::directory_iterator("/proc")) {
    const int pid = std::atoi(entry.path().filename().c_str());
    if (pid <= 0) continue;
    const std::string environment = read_file(entry.path() / "environ");
    if (environment.find("SLURMD_NODENAME=" + node + std::string(1, '\0')) == std::string::npos ||
        environment.find(folder) == std::string::npos) {
      continue;
    }
    others.push_back(pid);
    std::ifstream stat(entry.path() / "stat");  // "pid (name) state parent"; no name here has a space
    std::string number, name, state;
    int parent = 0;
    stat >> number >> name >> state >> parent;
    if (read_file("/proc/" + std::to_string(parent) + "/comm").starts_with("slurmstepd"))
      steps.push_back(parent);
  }
  steps.insert(steps.end(), others.begin(), others.end());
  return steps;
}

}  // namespace

SlurmCluster::SlurmCluster() : missing_(why_not()) {
  if (!missing_.empty()) return;
  const std::string folder = folder_.path().string(), munge = folder + "/munge";
  fs::create_directory(folder + "/state");
  make_munge_key(munge);
  folder_.write("slurm.conf", configuration(folder));
  setenv("SLURM_CONF", (folder + "/slurm.conf").c_str(), 1);
  munge_ = launch("munged -F --force --key-file=" + munge + "/key --socket=" + munge + "/socket --pid-file=" +
                      munge + "/pid --log-file=" + munge + "/log --seed-file=" + munge + "/seed",
                  "munge.log");
  for (int i = 0; i < 100 && !fs::exists(munge + "/socket"); ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  controller_ = launch("slurmctld -D -c -f " + folder + "/slurm.conf", "slurmctld.log");
  for (const int node : {0, 1}) start_node(node);
  if (!wait_until_idle()) missing_ = "Slurm does not run here: " + read_file(folder_ / "slurmctld.log");
}

SlurmCluster::~SlurmCluster() {
  for (const int node : {0, 1}) kill_node(node);
  for (const int pid : {controller_, munge_}) {
    if (pid <= 0) continue;
    kill(pid, SIGTERM);
    waitpid(pid, nullptr, 0);
  }
}

// In a session of its own.
int SlurmCluster::launch(const std::string& command, const std::string& log) const {
  const int pid = fork();
  if (pid != 0) return pid;
  setsid();
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  const std::string line = "exec " + command + " >" + (folder_ / log).string() + " 2>&1 </dev/null";
  setenv("PATH", "/usr/sbin:/usr/bin:/sbin:/bin", 1);
  execl("/bin/sh", "sh", "-c", line.c_str(), nullptr);
  _exit(127);
}

bool SlurmCluster::wait_until_idle() const {
  for (int i = 0; i < 100; ++i) {
    const std::string states = ask("sinfo -h -N -o %t");
    if (states == "idle\nidle\n") return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
  }
  return false;
}

std::string SlurmCluster::ask(const std::string& command) const {
  FILE* pipe = popen((command + " 2>>" + (folder_ / "commands.log").string()).c_str(), "r");
  std::string out;
  std::array<char, 4096> buffer;
  for (std::size_t got = 0; (got = fread(buffer.data(), 1, buffer.size(), pipe)) > 0;)
    out.append(buffer.data(), got);
  return pclose(pipe) == 0 ? out : "";
}

void SlurmCluster::start_node(int node) {
  const std::string name = "n" + std::to_string(node + 1), folder = folder_.path().string();
  nodes_[static_cast<std::size_t>(node)] =
      launch("slurmd -D -N " + name + " -f " + folder + "/slurm.conf", name + ".log");
}

int SlurmCluster::restarts(const std::string& job) const {
  static constexpr std::string_view kName = "Restarts=";
  const std::string told = ask("scontrol -o show job " + job);
  int out = told.empty() ? -1 : 0;
  for (std::size_t at = told.find(kName); at != std::string::npos; at = told.find(kName, at + 1)) {
    out += std::atoi(told.c_str() + at + kName.size());
  }
  return out;
}

void SlurmCluster::kill_node(int node) {
  int& pid = nodes_[static_cast<std::size_t>(node)];
  if (pid <= 0) return;
  kill(pid, SIGKILL);
  for (const int process : job_processes("n" + std::to_string(node + 1), folder_.path().string())) {
    kill(process, SIGKILL);
  }
  waitpid(pid, nullptr, 0);
  pid = -1;
}

}  // namespace attest
