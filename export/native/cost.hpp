// The `native` runtimes: the streaming C that this project generates.
#pragma once

#include <utility>

#include "space/cost.hpp"

namespace nanonas::exporting {

/// RAM is the arena of the emitted C, read from the same plan the writer emits, and
/// its stack; flash is what a linker adds for it. Both with the smallest firmware around it: what
/// its whole ELF takes.
class NativeCostModel final : public space::CostModel {
  public:
    /// Frames are handed over whole, through a buffer in the arena; or row by row, and then only
    /// one row is in memory.
    enum class Entry { kFrame, kRows };

    explicit NativeCostModel(space::Device device = {}, Entry entry = Entry::kFrame)
        : device_(std::move(device)), entry_(entry) {}
    std::string name() const override { return entry_ == Entry::kFrame ? "native" : "native-rows"; }
    std::string basis() const override;
    space::CostReport cost(const space::Network& network) const override;

    /// Worst stack of any function of the emitted C; the largest of all cores when `core` is not
    /// one of those measured.
    static std::int64_t stack_bytes(const std::string& core = {});

    /// What firmware takes that does nothing but start and keep the answer.
    struct StartUp {
        std::int64_t flash_bytes = 0;
        std::int64_t ram_bytes = 0;
    };
    static StartUp start_up(const std::string& core = {});

  private:
    space::Device device_;
    Entry entry_;
};

}  // namespace nanonas::exporting
