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

    /// A network is given as it is trained, and priced lowered, as a chain where it is one; or as
    /// the graph that runs, with a softmax where the file has it.
    enum class Form { kTrained, kGraph };

    explicit NativeCostModel(space::Device device = {}, Entry entry = Entry::kFrame,
                             Form form = Form::kTrained)
        : device_(std::move(device)), entry_(entry), form_(form) {}
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
    /// What the arena holds besides the frame, the tables and the code of one kind of C.
    struct Parts;
    Parts parts_of(const space::Network& network) const;

    space::Device device_;
    Entry entry_;
    Form form_;
};

}  // namespace nanonas::exporting
