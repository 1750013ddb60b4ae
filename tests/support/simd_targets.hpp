// The SIMD targets that this machine can run, one after the other.
#pragma once

#include <hwy/targets.h>
#include <catch2/catch.hpp>

#include <cstdint>

namespace nanonas::testing {

/// Runs `test` once per SIMD target of this machine; the usual one is restored at the end.
template <typename Test>
void for_each_target(Test test) {
    const std::int64_t all = hwy::SupportedTargets();
    for (std::int64_t left = all; left != 0; left &= left - 1) {
        const std::int64_t target = left & -left;
        INFO("target " << hwy::TargetName(target));
        hwy::SetSupportedTargetsForTest(target);
        hwy::GetChosenTarget().Update(target);
        test();
    }
    hwy::SetSupportedTargetsForTest(0);
    hwy::GetChosenTarget().Update(hwy::SupportedTargets());
}

}  // namespace nanonas::testing
