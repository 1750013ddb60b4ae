// Prints the tables of docs/device.md as Markdown: instructions, RAM and flash of seeded networks
// on emulated cores beside the peer's figures. Exit code 1 when any byte differs from the oracle.
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <optional>
#include <string>
#include <vector>

#include "export/device/validate.hpp"
#include "export/runtime.hpp"
#include "space/errors.hpp"
#include "space/text.hpp"
#include "tests/export/device/exported.hpp"

using namespace nanonas;

namespace {

constexpr std::uint64_t kSeed = 1;

/// Published int8 files of NanoNAS under TensorFlow Lite Micro with CMSIS-NN, whole firmware, guest
/// instructions under QEMU's mps2-an386 (docs/device.md says how).
struct Peer {
    double m4_instructions = 0.0;
    double m0plus_instructions = 0.0;
    double ram_bytes = 0.0;
    double flash_bytes = 0.0;
};

struct Row {
    space::CellSpace cells;
    space::Candidate candidate;
    std::optional<Peer> peer;
};

const std::vector<Row>& rows() {
    static const std::vector<Row> table = {
        {{{50, 50, 3}, 2}, {3, 3}, Peer{5'886'560, 13.0e6, 19'868, 71'752}},
        {{{50, 50, 3}, 2}, {5, 4}, Peer{7'651'360, 18.7e6, 25'772, 81'032}},
        {{{50, 50, 3}, 2}, {7, 4}, Peer{9'734'400, 25.3e6, 30'988, 90'000}},
        {{{32, 32, 3}, 10}, {14, 4}, Peer{8'093'960, 24.2e6, 24'556, 140'200}},
        {{{28, 28, 1}, 10}, {12, 4}, std::nullopt},
        {{{50, 50, 3}, 5}, {9, 4}, std::nullopt},
        {{{96, 96, 1}, 2}, {4, 5}, std::nullopt},
        {{{28, 28, 1}, 10}, {4, 2}, std::nullopt},
    };
    return table;
}

struct Request {
    std::vector<std::string> cores;
    std::int64_t images = 8;
    std::size_t networks = SIZE_MAX;  ///< the first ones of the table
    std::vector<Row> others;          ///< instead of the table
};

std::string whole(double value) {
    return grouped(std::llround(value));
}

std::string ratio(double ours, double theirs) {
    char text[32];
    std::snprintf(text, sizeof text, "%.2f", ours / theirs);
    return text;
}

/// Geometric mean over the rows that have a peer.
class Mean {
  public:
    void add(double value) {
        logarithms_ += std::log(value);
        ++count_;
    }
    std::string text() const { return ratio(std::exp(logarithms_ / count_), 1.0); }

  private:
    double logarithms_ = 0.0;
    double count_ = 0.0;
};

struct Means {
    Mean instructions, frame, rows, flash;
};

/// Two lines of Markdown: speed, then memory. Returns the number of differing images.
std::int64_t add_row(const Row& row, std::int64_t images, const device::Core& core,
                     const device::Toolchain& tools, std::string& speed, std::string& memory,
                     Means& means) {
    const testing::Exported exported(row.cells, row.candidate, kSeed, images);
    const auto expected = device::oracle_scores(exported.network, exported.images.view());
    device::ValidateRequest request;
    request.source = exported.source;
    request.network = &exported.network;
    request.images = exported.images.view();
    request.expected = &expected;
    request.layers = false;
    const device::DeviceReport report = device::validate(request, core, tools);
    const space::CostReport cost =
        exporting::make_cost_model("native", {core.name, 0, 0.0})->cost(exported.network.network);

    const std::string name = "| " + to_string(row.candidate) + " " + to_string(row.cells.input) +
                             ", " + std::to_string(row.cells.classes) + " classes | ";
    const double frame = report.frame.run.instructions;
    const auto macc = static_cast<double>(cost.macc);
    const double peer = !row.peer                      ? 0.0
                        : core.name == "cortex-m4"     ? row.peer->m4_instructions
                        : core.name == "cortex-m0plus" ? row.peer->m0plus_instructions
                                                       : 0.0;
    speed += name + whole(macc) + " | " + whole(frame) + " | " +
             whole(report.rows.run.instructions) + " | " + ratio(frame, macc) + " | ";
    if (peer > 0.0) {
        means.instructions.add(frame / peer);
        speed += whole(peer) + " | " + ratio(frame, peer) + " |\n";
    } else {
        speed += " | |\n";
    }

    const auto frame_ram = static_cast<double>(report.frame.ram_bytes());
    const auto rows_ram = static_cast<double>(report.rows.ram_bytes());
    const auto flash = static_cast<double>(report.frame.flash_bytes());
    const device::Sections network = report.frame.linked.model();
    memory += name + whole(frame_ram) + " | " + whole(rows_ram) + " | " +
              whole(static_cast<double>(report.frame.run.stack_bytes)) + " | ";
    memory += row.peer
                  ? whole(row.peer->ram_bytes) + " | " + ratio(frame_ram, row.peer->ram_bytes) +
                        " | " + ratio(rows_ram, row.peer->ram_bytes) + " | "
                  : " | | | ";
    memory += whole(flash) + " | " + whole(static_cast<double>(network.text)) + " | ";
    memory += row.peer ? whole(row.peer->flash_bytes) + " | " +
                             ratio(flash, row.peer->flash_bytes) + " | "
                       : " | | ";
    memory += whole(static_cast<double>(cost.ram_bytes)) + " | " +
              whole(static_cast<double>(cost.flash_bytes)) + " |\n";
    if (row.peer) {
        means.frame.add(frame_ram / row.peer->ram_bytes);
        means.rows.add(rows_ram / row.peer->ram_bytes);
        means.flash.add(flash / row.peer->flash_bytes);
    }
    return report.mismatches();
}

int print_tables(const Request& request) {
    const device::Toolchain tools = device::find_toolchain();
    if (!tools.can_run()) {
        std::fprintf(stderr, "device_table: %s\n", tools.missing.c_str());
        return 2;
    }
    const std::vector<Row>& table = request.others.empty() ? rows() : request.others;
    std::int64_t mismatches = 0;
    for (const std::string& name : request.cores) {
        const device::Core& core = device::core_named(name);
        std::string speed =
            "| network | MACC | instructions, frame | rows | per MAC | peer | ratio |\n"
            "|---|---|---|---|---|---|---|\n";
        std::string memory =
            "| network | RAM B, frame | rows | stack B | peer | ratio, frame | ratio, rows | "
            "flash B | code B | peer | ratio | RAM B, cost model | flash B, cost "
            "model |\n"
            "|---|---|---|---|---|---|---|---|---|---|---|---|---|\n";
        Means means;
        for (std::size_t i = 0; i < std::min(request.networks, table.size()); ++i) {
            mismatches += add_row(table[i], request.images, core, tools, speed, memory, means);
        }
        if (request.others.empty()) {
            const bool has_peer = core.name == "cortex-m4" || core.name == "cortex-m0plus";
            speed += "| geometric mean | | | | | | " +
                     (has_peer ? "**" + means.instructions.text() + "**" : std::string()) + " |\n";
            memory += "| geometric mean | | | | | **" + means.frame.text() + "** | **" +
                      means.rows.text() + "** | | | | **" + means.flash.text() + "** | | |\n";
        }
        std::printf("### %s\n\n%s\n%s\n", core.name.c_str(), speed.c_str(), memory.c_str());
        std::fflush(stdout);
    }
    std::printf("%s, -O2; %lld images per network and entry point, %lld mismatches.\n",
                tools.compiler_version.c_str(), static_cast<long long>(request.images),
                static_cast<long long>(mismatches));
    return mismatches == 0 ? 0 : 1;
}

Request read_request(const std::vector<std::string>& words) {
    Request request;
    for (std::size_t i = 0; i < words.size(); ++i) {
        if (words[i] == "--network") {
            const std::string text = i + 1 < words.size() ? words[++i] : "";
            const std::size_t mark = text.find(':');
            if (mark == std::string::npos) {
                throw ConfigError("--network: '" + text + "' is not like 4,5:96x96x1");
            }
            request.others.push_back(
                {{space::parse_shape(text.substr(mark + 1)), 2},
                 space::parse_candidate(text.substr(0, mark), space::CellSpace{}.axes()),
                 std::nullopt});
            continue;
        }
        const bool images = words[i] == "--images";
        if (!images && words[i] != "--networks") {
            request.cores.push_back(device::core_named(words[i]).name);
            continue;
        }
        const std::string text = i + 1 < words.size() ? words[i + 1] : "";
        const std::int64_t value = parse_integer(text, words[i], 1, 100'000);
        ++i;
        if (images) {
            request.images = value;
        } else {
            request.networks = static_cast<std::size_t>(value);
        }
    }
    if (request.cores.empty()) {
        request.cores = {"cortex-m4", "cortex-m0plus"};
    }
    return request;
}

}  // namespace

int main(int argc, char** argv) {
    try {
        return print_tables(read_request(std::vector<std::string>(argv + 1, argv + argc)));
    } catch (const std::exception& error) {
        std::fprintf(stderr, "device_table: %s\n", error.what());
        return 2;
    }
}
