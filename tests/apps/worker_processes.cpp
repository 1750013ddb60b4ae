#include "tests/apps/worker_processes.hpp"

#include <signal.h>

#include <algorithm>
#include <chrono>
#include <thread>

namespace nanonas::test {

namespace {

bool lives(int process) {
    const std::string state = read("/proc/" + std::to_string(process) + "/stat");
    return ::kill(process, 0) == 0 && state.find(") Z ") == std::string::npos;
}

}  // namespace

std::string workers(const std::string& count) {
    return "cmd:" + count + "echo $$ >> pids; exec " + kProgram + " worker --cache cache";
}

std::vector<int> pids(const Scratch& folder) {
    std::vector<int> numbers;
    for (const std::string& word : words(read(folder.path("pids")))) {
        numbers.push_back(std::stoi(word));
    }
    return numbers;
}

bool none_lives(const std::vector<int>& processes) {
    for (int i = 0; i < 500; ++i) {
        if (std::none_of(processes.begin(), processes.end(), lives)) {
            return true;
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    return false;
}

}  // namespace nanonas::test
