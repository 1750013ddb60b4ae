#include "tests/export/native/call_stack.hpp"

#include <algorithm>
#include <regex>
#include <stdexcept>

namespace nanonas::testing {

namespace {

// What the compiler cannot know: functions of libgcc (arm-none-eabi-objdump -d of its objects), and
// the block kernels in assembly, called through a pointer, which push twelve registers.
const std::map<std::string, std::int64_t> kKnown = {{"__indirect_call", 48}, {"__aeabi_lmul", 32},
                                                    {"__aeabi_llsl", 0},     {"__aeabi_lasr", 0},
                                                    {"memcpy", 16},          {"memset", 8}};

/// Names carry the file of static functions: "model.c:pad".
std::string short_name(const std::string& title) {
    return title.substr(title.rfind(':') + 1);
}

}  // namespace

CallStack::CallStack(const std::string& graph) {
    static const std::regex node("node: \\{ title: \"([^\"]+)\" label: \"[^\"]*?(\\d+) bytes");
    static const std::regex edge("edge: \\{ sourcename: \"([^\"]+)\" targetname: \"([^\"]+)\"");
    for (std::sregex_iterator at(graph.begin(), graph.end(), node), end; at != end; ++at) {
        own_[short_name((*at)[1])] = std::stoll((*at)[2]);
    }
    for (std::sregex_iterator at(graph.begin(), graph.end(), edge), end; at != end; ++at) {
        calls_[short_name((*at)[1])].insert(short_name((*at)[2]));
    }
    if (own_.empty()) {
        throw std::runtime_error("call graph without functions");
    }
}

std::int64_t CallStack::worst(const std::string& function) const {
    const auto known = kKnown.find(function);
    if (known != kKnown.end()) {
        return known->second;
    }
    const auto own = own_.find(function);
    if (own == own_.end()) {
        throw std::runtime_error("stack of " + function + " is not known");
    }
    std::int64_t most = 0;
    const auto calls = calls_.find(function);
    if (calls != calls_.end()) {
        for (const std::string& called : calls->second) {
            most = std::max(most, worst(called));
        }
    }
    return own->second + most;
}

}  // namespace nanonas::testing
