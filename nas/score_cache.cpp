#include "nas/score_cache.hpp"

#include <algorithm>
#include <filesystem>
#include <sstream>
#include <utility>
#include <vector>

#include "space/checksum.hpp"
#include "space/errors.hpp"
#include "space/files.hpp"
#include "space/json/json_text.hpp"

namespace nanonas::nas {

namespace fs = std::filesystem;

namespace {

std::string line_of(const std::string& key, const Evaluation& evaluation) {
    return sealed(json::text({{"key", key},
                              {"score", evaluation.score},
                              {"curve", evaluation.curve},
                              {"check", kBlankCheck}}));
}

/// Nothing for a line that is not as line_of() made it.
std::optional<std::pair<std::string, Evaluation>> read_line(const std::string& line) {
    if (seal_of(line) != Seal::kWhole) {
        return std::nullopt;
    }
    try {
        const nlohmann::json value = json::parse_text(line, "");
        Evaluation evaluation;
        evaluation.score = value.at("score").get<double>();
        evaluation.curve = value.at("curve").get<std::vector<double>>();
        return std::pair(value.at("key").get<std::string>(), evaluation);
    } catch (const nlohmann::json::exception&) {
        return std::nullopt;
    } catch (const ConfigError&) {
        return std::nullopt;
    }
}

}  // namespace

ScoreCache::ScoreCache(std::string folder) : folder_(std::move(folder)) {
    std::vector<std::string> paths;
    std::error_code error;
    for (const auto& entry : fs::directory_iterator(folder_, error)) {
        if (entry.path().extension() == ".jsonl") {
            paths.push_back(entry.path().string());
        }
    }
    for (const std::string& path : paths) {
        read(path);
    }
}

void ScoreCache::read(const std::string& path) {
    std::istringstream lines(read_file(path));
    for (std::string line; std::getline(lines, line);) {
        if (auto entry = read_line(line)) {
            scores_.insert(std::move(*entry));
        }
    }
}

std::optional<Evaluation> ScoreCache::find(const std::string& key) const {
    const std::lock_guard<std::mutex> lock(mutex_);
    const auto found = scores_.find(key);
    return found == scores_.end() ? std::nullopt : std::optional(found->second);
}

void ScoreCache::add(const std::string& file, const std::string& key,
                     const Evaluation& evaluation) {
    const std::lock_guard<std::mutex> lock(mutex_);
    if (!scores_.emplace(key, evaluation).second) {
        return;
    }
    auto open = files_.find(file);
    if (open == files_.end()) {
        std::error_code error;
        fs::create_directories(folder_, error);  // opening the file tells why not
        LineFile lines = LineFile::open(folder_ + "/" + file + ".jsonl");
        lines.cut_torn();
        open = files_.emplace(file, std::move(lines)).first;
    }
    open->second.append(line_of(key, evaluation));
}

std::size_t ScoreCache::size() const {
    const std::lock_guard<std::mutex> lock(mutex_);
    return scores_.size();
}

}  // namespace nanonas::nas
