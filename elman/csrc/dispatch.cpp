// Picks the best kernels that this processor runs, once, and owns the threads.
#include <dlfcn.h>
#include <pthread.h>

#include <atomic>
#include <cstring>
#include <thread>
#include <vector>

#include "elman.h"
#include "parallel.h"

namespace elman {

namespace {

struct Run {
    int64_t tasks;
    void (*work)(void*, int64_t);
    void* context;
    std::atomic<int64_t> next{0};

    static void take(void* self) {
        Run& run = *static_cast<Run*>(self);
        for (int64_t task; (task = run.next.fetch_add(1)) < run.tasks;) run.work(run.context, task);
    }
};

using GompParallel = void (*)(void (*)(void*), void*, unsigned, unsigned);

GompParallel find_gomp() {
    return reinterpret_cast<GompParallel>(dlsym(RTLD_DEFAULT, "GOMP_parallel"));
}

// A fork copies one thread, and what OpenMP remembers of the others, for whom the child would wait
// for ever. So a thread whose pool is known to be alive, as it has run ours, gives it back before it
// forks; parent and child make their own when they need one. Elsewhere the child does without: of
// what torch alone has used nothing is known. Nothing is done in a process that runs no layer of
// ours on several threads.
thread_local bool alive = false;
bool given_back = false, without_pool = false;  // written while other forks wait

void before_fork() {
    using Pause = int (*)(int);
    constexpr int HARD = 2;  // omp_pause_hard
    const auto pause = reinterpret_cast<Pause>(dlsym(RTLD_DEFAULT, "omp_pause_resource_all"));
    given_back = alive && pause && pause(HARD) == 0;
}

void in_child() {
    alive = given_back;
    without_pool = without_pool || !given_back;
}

__attribute__((constructor)) void watch_forks() { pthread_atfork(before_fork, nullptr, in_child); }

}  // namespace

void parallel(int64_t tasks, int64_t threads, void (*work)(void*, int64_t), void* context) {
    if (threads > tasks) threads = tasks;
    if (threads <= 1) {
        for (int64_t task = 0; task < tasks; ++task) work(context, task);
        return;
    }
    Run run{tasks, work, context};
    static GompParallel gomp = nullptr;
    if (!gomp) gomp = find_gomp();
    if (gomp && !without_pool) {
        alive = true;
        gomp(Run::take, &run, static_cast<unsigned>(threads), 0);
        return;
    }
    std::vector<std::thread> others;
    others.reserve(threads - 1);
    for (int64_t k = 1; k < threads; ++k) others.emplace_back(Run::take, &run);
    Run::take(&run);
    for (auto& other : others) other.join();
}

#define DECLARE(isa) namespace isa { extern const Kernels kernels; }
#ifdef ELMAN_HAS_AVX512
DECLARE(avx512)
#endif
#ifdef ELMAN_HAS_AVX2
DECLARE(avx2)
#endif
DECLARE(baseline)

namespace {

bool runs_here(const char* isa) {
#if defined(__x86_64__)
    __builtin_cpu_init();
    if (!std::strcmp(isa, "avx512"))
        return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
               __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq") &&
               __builtin_cpu_supports("avx512cd") && __builtin_cpu_supports("fma");
    if (!std::strcmp(isa, "avx2"))
        return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") &&
               __builtin_cpu_supports("bmi") && __builtin_cpu_supports("bmi2");
#endif
    return !std::strcmp(isa, "baseline");
}

const Kernels* const all[] = {
#ifdef ELMAN_HAS_AVX512
    &avx512::kernels,
#endif
#ifdef ELMAN_HAS_AVX2
    &avx2::kernels,
#endif
    &baseline::kernels,
};

const Kernels* best() {
    for (const Kernels* kernels : all)
        if (runs_here(kernels->isa)) return kernels;
    return &baseline::kernels;
}

std::atomic<const Kernels*> chosen{nullptr};

}  // namespace

const Kernels& current() {
    const Kernels* kernels = chosen.load(std::memory_order_acquire);
    if (!kernels) chosen.store(kernels = best(), std::memory_order_release);
    return *kernels;
}

}  // namespace elman

EXPORT int64_t elman_abi() { return ELMAN_ABI; }

EXPORT const char* elman_isa() { return elman::current().isa; }

// 0, or 1 where this processor or this build does not have it.
EXPORT int elman_use_isa(const char* isa) {
    for (const elman::Kernels* kernels : elman::all)
        if (!std::strcmp(kernels->isa, isa) && elman::runs_here(isa)) {
            elman::chosen.store(kernels);
            return 0;
        }
    return 1;
}

// Floats to keep for backward, for every real step and direction.
EXPORT int64_t elman_reserve_size(int64_t cell, int64_t H) {
    return elman::current().reserve_size(cell, H);
}

EXPORT int elman_layer_forward(const elman::Layer* layer) {
    return elman::current().layer_forward(*layer, false);
}

// weight_ih and weight_hh are bfloat16; everything else is float32 as before.
EXPORT int elman_layer_forward_half(const elman::Layer* layer) {
    return elman::current().layer_forward(*layer, true);
}

using elman::PackedLayer;

EXPORT const PackedLayer* elman_pack(const elman::Layer* layer) {
    const elman::Kernels& kernels = elman::current();
    return new PackedLayer{&kernels, kernels.pack(*layer)};
}

EXPORT int elman_packed_forward(const elman::Layer* layer, const PackedLayer* packed) {
    return packed->kernels->packed_forward(*layer, packed->weights, nullptr);
}

EXPORT void elman_drop(const PackedLayer* packed) {
    packed->kernels->drop(packed->weights);
    delete packed;
}

EXPORT int elman_layer_backward(const elman::Layer* layer) {
    return elman::current().layer_backward(*layer);
}

// Floating-point operations per second of fused multiply-adds on registers alone.
EXPORT double elman_fma_peak(int64_t threads, double seconds) {
    return elman::current().fma_peak(threads, seconds);
}

EXPORT int elman_scan(const elman::Scan* scan) { return elman::current().scan(*scan); }

EXPORT int elman_pool(const elman::Pool* pool) { return elman::current().pool(*pool); }

EXPORT void elman_step_forward(const elman::Step* step) { elman::current().step_forward(*step); }

EXPORT void elman_step_backward(const elman::Step* step) { elman::current().step_backward(*step); }
