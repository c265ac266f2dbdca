// Runs every cell forward and backward over odd sizes, with every buffer of exactly the size that
// elman.h promises. Arguments: how buffers are kept, then instruction sets and units that
// multiply bfloat16.
//
//     malloc   for a memory checker to watch
//     after    each ends where an unreadable page begins: one float beyond kills the process
//     before   each begins where an unreadable page ends
//     short    as `after`, with one float of the input too few: a check of the check
//     values   as `malloc`, and every result is printed: its size and its floats, as bytes
//
// Results are NaN at first; all must have been written and finite. Prints how many layers ran.
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include "elman.h"
#include "logistic.h"
#include "pool.h"
#include "step.h"

extern "C" {
int elman_use_isa(const char* isa);
int64_t elman_reserve_size(int64_t cell, int64_t H);
int elman_layer_forward(const elman::Layer* layer);
int elman_layer_forward_half(const elman::Layer* layer);
int elman_layer_backward(const elman::Layer* layer);
int elman_use_half(const char* unit);
int64_t elman_half_reserve_size(int64_t cell, int64_t H);
int elman_half_forward(const elman::Layer* layer);
int elman_half_backward(const elman::Layer* layer);
int elman_pool(const elman::Pool* pool);
void elman_logistic(const elman::Logistic* logistic);
void elman_step_forward(const elman::Step* step);
void elman_step_backward(const elman::Step* step);
}

namespace {

std::string keep;
bool on_pages() { return keep != "malloc" && keep != "values"; }

// Exactly n numbers, NaN at first; one past the end, or before the start, is out of bounds.
template <class T>
struct Exact {
    T* data;
    int64_t size;

    explicit Exact(int64_t n) : size(n) {
        const size_t bytes = n * sizeof(T);
        if (!on_pages()) {
            start = std::malloc(bytes);
            data = static_cast<T*>(start);
        } else {
            const size_t page = sysconf(_SC_PAGESIZE), inside = (bytes + page - 1) / page * page;
            whole = inside + 2 * page;
            start = mmap(nullptr, whole, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
            char* first = static_cast<char*>(start) + page;
            if (start == MAP_FAILED || mprotect(first, inside, PROT_READ | PROT_WRITE))
                std::exit(5);
            data = reinterpret_cast<T*>(keep == "before" ? first : first + inside - bytes);
        }
        std::memset(data, 255, bytes);
    }
    Exact(const Exact&) = delete;
    ~Exact() {
        if (on_pages())
            munmap(start, whole);
        else
            std::free(start);
    }

private:
    void* start;
    size_t whole = 0;
};

uint32_t state = 12345;

float random_float() {
    state = state * 1664525u + 1013904223u;
    return static_cast<float>(static_cast<int32_t>(state)) / 4294967296.0f;
}

struct Case {
    int64_t cell, B, T, I, H, D, threads;
    bool biased, ragged, packed, time_first, kept, half;
    bool products, steps_half;  // of bfloat16; x and output are, too
};

struct Run {
    Case c;
    std::vector<std::unique_ptr<Exact<float>>> memory;
    std::vector<std::unique_ptr<Exact<uint16_t>>> halves;
    std::vector<Exact<float>*> results;
    std::vector<Exact<uint16_t>*> half_results;

    // What every step has of x or of the output, or of their gradients.
    float* steps(int64_t n, bool wanted_back = false) {
        if (!c.steps_half) return wanted_back ? wanted(n) : given(n);
        halves.push_back(std::make_unique<Exact<uint16_t>>(n));
        Exact<uint16_t>& made = *halves.back();
        if (wanted_back) half_results.push_back(&made);
        for (int64_t k = 0; k < n && !wanted_back; ++k) {
            const float value = random_float();
            std::memcpy(made.data + k, reinterpret_cast<const char*>(&value) + 2, 2);
        }
        return reinterpret_cast<float*>(made.data);
    }

    float* given(int64_t n) {
        memory.push_back(std::make_unique<Exact<float>>(n));
        for (int64_t k = 0; k < n; ++k) memory.back()->data[k] = random_float();
        return memory.back()->data;
    }

    // (rows, K) as floats, or as bfloat16, which is the upper half of one; so small that what is
    // rounded otherwise at one step does not grow over the next.
    const float* weight(int64_t rows, int64_t K) {
        const int64_t n = rows * K;
        const float scale = 1.5f / std::sqrt(static_cast<float>(K));
        if (!c.half) {
            float* floats = given(n);
            for (int64_t k = 0; k < n; ++k) floats[k] *= scale;
            return floats;
        }
        halves.push_back(std::make_unique<Exact<uint16_t>>(n));
        for (int64_t k = 0; k < n; ++k) {
            const float value = random_float() * scale;
            std::memcpy(halves.back()->data + k, reinterpret_cast<const char*>(&value) + 2, 2);
        }
        return reinterpret_cast<const float*>(halves.back()->data);
    }

    float* wanted(int64_t n) {
        memory.push_back(std::make_unique<Exact<float>>(n));
        results.push_back(memory.back().get());
        return memory.back()->data;
    }

    void check(const char* what) {
        for (size_t r = 0; r < results.size(); ++r)
            for (int64_t k = 0; k < results[r]->size; ++k)
                if (!std::isfinite(results[r]->data[k])) {
                    std::fprintf(stderr,
                                 "%s: result %zu, element %lld of %lld is not finite: cell %lld "
                                 "B%lld T%lld I%lld H%lld D%lld threads %lld ragged %d packed %d\n",
                                 what, r, (long long)k, (long long)results[r]->size,
                                 (long long)c.cell, (long long)c.B, (long long)c.T, (long long)c.I,
                                 (long long)c.H, (long long)c.D, (long long)c.threads, c.ragged,
                                 c.packed);
                    std::exit(3);
                }
        for (const Exact<uint16_t>* result : half_results)
            for (int64_t k = 0; k < result->size; ++k)
                if ((result->data[k] & 0x7f80) == 0x7f80) {
                    std::fprintf(stderr, "%s: bfloat16 element %lld is not finite: cell %lld\n",
                                 what, (long long)k, (long long)c.cell);
                    std::exit(3);
                }
        if (keep != "values" || c.products) return;
        for (const Exact<float>* result : results) {
            std::fwrite(&result->size, sizeof(int64_t), 1, stdout);
            std::fwrite(result->data, sizeof(float), static_cast<size_t>(result->size), stdout);
        }
    }

    void run() {
        const int64_t G = elman::gates_of(c.cell), DH = c.D * c.H;
        Exact<int64_t> lengths(c.B), offsets(c.T);
        int64_t total = 0;
        for (int64_t b = 0; b < c.B; ++b) {
            // Falling, as packed rows are, with a full row first and an empty one last.
            lengths.data[b] = c.ragged ? c.T * (c.B - 1 - b) / std::max<int64_t>(1, c.B - 1) : c.T;
            total += lengths.data[b];
        }
        int64_t slot = 0;
        for (int64_t t = 0; t < c.T; ++t) {
            offsets.data[t] = slot;
            for (int64_t b = 0; b < c.B; ++b) slot += lengths.data[b] > t;
        }
        const int64_t slots = c.packed ? total : c.B * c.T;
        const auto strides = [&](int64_t features, int64_t& row, int64_t& step) {
            row = c.packed || c.time_first ? features : c.T * features;
            step = c.packed ? features : c.time_first ? c.B * features : features;
        };

        elman::Layer layer{};
        layer.cell = c.cell, layer.B = c.B, layer.T = c.T, layer.I = c.I;
        layer.H = c.H, layer.D = c.D, layer.threads = c.threads;
        layer.lengths = c.ragged || c.packed ? lengths.data : nullptr;
        layer.offsets = c.packed ? offsets.data : nullptr;
        layer.x_half = layer.output_half = c.steps_half;
        layer.x = steps(slots * c.I - (keep == "short"));
        strides(c.I, layer.x_row, layer.x_step);
        layer.output = steps(slots * DH, true);
        strides(DH, layer.output_row, layer.output_step);
        const bool lstm = c.cell == elman::LSTM;
        layer.h_0 = given(c.D * c.B * c.H);
        layer.c_0 = lstm ? given(c.D * c.B * c.H) : nullptr;
        layer.h_n = wanted(c.D * c.B * c.H);
        layer.c_n = lstm ? wanted(c.D * c.B * c.H) : nullptr;
        const int64_t each =
            (c.products ? elman_half_reserve_size : elman_reserve_size)(c.cell, c.H);
        std::unique_ptr<Exact<float>> reserve;
        if (c.kept && each && c.products) {
            halves.push_back(std::make_unique<Exact<uint16_t>>(c.D * total * each));
            layer.reserve = reinterpret_cast<float*>(halves.back()->data);
        } else if (c.kept && each) {
            reserve = std::make_unique<Exact<float>>(c.D * total * each);
            layer.reserve = reserve->data;
        }
        for (int64_t d = 0; d < c.D; ++d) {
            layer.weight_ih[d] = weight(G * c.H, c.I);
            layer.weight_hh[d] = weight(G * c.H, c.H);
            if (!c.biased) continue;
            layer.bias_ih[d] = given(G * c.H);
            layer.bias_hh[d] = given(G * c.H);
        }
        const auto forward = c.products ? elman_half_forward
                             : c.half   ? elman_layer_forward_half
                                        : elman_layer_forward;
        if (forward(&layer)) std::exit(4);
        check("forward");
        if (!c.kept) return;

        layer.h_n = layer.c_n = nullptr;
        layer.grad_output = steps(slots * DH);
        strides(DH, layer.grad_output_row, layer.grad_output_step);
        layer.grad_h_n = given(c.D * c.B * c.H);
        layer.grad_c_n = lstm ? given(c.D * c.B * c.H) : nullptr;
        strides(c.I, layer.grad_x_row, layer.grad_x_step);
        layer.grad_h_0 = wanted(c.D * c.B * c.H);
        layer.grad_c_0 = lstm ? wanted(c.D * c.B * c.H) : nullptr;
        for (int64_t d = 0; d < c.D; ++d) {
            layer.grad_x[d] = steps(slots * c.I, true);
            layer.grad_weight_ih[d] = wanted(G * c.H * c.I);
            layer.grad_weight_hh[d] = wanted(G * c.H * c.H);
            if (!c.biased) continue;
            layer.grad_bias_ih[d] = wanted(G * c.H);
            layer.grad_bias_hh[d] = wanted(G * c.H);
        }
        if ((c.products ? elman_half_backward : elman_layer_backward)(&layer)) std::exit(4);
        check("backward");
    }

    void step() {
        const int64_t G = elman::gates_of(c.cell), B = c.B, I = c.I, H = c.H;
        const bool lstm = c.cell == elman::LSTM, gated = lstm || c.cell == elman::GRU;
        elman::Step step{};
        step.cell = c.cell, step.B = B, step.I = I, step.H = H, step.threads = c.threads;
        step.x = given(B * I);
        step.h = given(B * H);
        step.c = lstm ? given(B * H) : nullptr;
        step.weight_ih = weight(G * H, I);
        step.weight_hh = weight(G * H, H);
        step.bias_ih = c.biased ? given(G * H) : nullptr;
        step.bias_hh = c.biased ? given(G * H) : nullptr;
        step.h_n = wanted(B * H);
        step.c_n = lstm ? wanted(B * H) : nullptr;
        step.gates = gated && c.kept ? wanted(B * (lstm ? 5 : 4) * H) : nullptr;
        elman_step_forward(&step);
        check("forward of a step");
        if (!c.kept) return;
        if (gated) step.h_n = step.c_n = nullptr;
        step.grad_h_n = given(B * H);
        step.grad_c_n = lstm ? given(B * H) : nullptr;
        step.grad_x = wanted(B * I);
        step.grad_h = wanted(B * H);
        step.grad_c = lstm ? wanted(B * H) : nullptr;
        step.grad_weight_ih = wanted(G * H * I);
        step.grad_weight_hh = wanted(G * H * H);
        step.grad_bias_ih = c.biased ? wanted(G * H) : nullptr;
        step.grad_bias_hh = c.biased ? wanted(G * H) : nullptr;
        elman_step_backward(&step);
        check("backward of a step");
    }
};

void run_pool(int64_t B, int64_t T, int64_t H) {
    Exact<int64_t> lengths(B);
    for (int64_t b = 0; b < B; ++b) lengths.data[b] = T * (B - 1 - b) / std::max<int64_t>(1, B - 1);
    Exact<float> x(B * T * H - (keep == "short" && T)), mean(B * H), greatest(B * H), grad_x(B * T * H);
    Exact<int32_t> at(B * H);
    for (int64_t k = 0; k < x.size; ++k) x.data[k] = random_float();
    elman::Pool pool{B, T, H, 2, lengths.data, x.data, T * H, H, mean.data, greatest.data, at.data,
                     nullptr};
    if (elman_pool(&pool)) std::exit(4);
    pool.x = nullptr;
    pool.grad_x = grad_x.data;
    if (elman_pool(&pool)) std::exit(4);
    for (const auto* result : {&mean, &greatest, &grad_x})
        for (int64_t k = 0; k < result->size; ++k)
            if (!std::isfinite(result->data[k])) {
                std::fprintf(stderr, "pool: not finite: B%lld T%lld H%lld\n", (long long)B,
                             (long long)T, (long long)H);
                std::exit(3);
            }
}

// Rows of 0, 1, 2 … of so many columns, every other one to say yes to.
void run_logistic(int64_t N, int64_t columns) {
    Exact<int64_t> ends(N), order(N);
    Exact<double> strengths(N), enough(1), weights(columns + 1);
    int64_t values = 0;
    for (int64_t row = 0; row < N; ++row) {
        ends.data[row] = values += row % (columns + 1);
        order.data[row] = N - 1 - row;
        strengths.data[row] = row % 2 ? 3 : -2;
    }
    *enough.data = 1e-3;
    Exact<int32_t> ids(values);
    Exact<double> each(values);
    for (int64_t row = 0, n = 0; row < N; ++row)
        for (int64_t column = 0; column < row % (columns + 1); ++column, ++n) {
            ids.data[n] = column;
            each.data[n] = random_float();
        }
    const elman::Logistic logistic{N, columns, ends.data, ids.data, each.data, order.data,
                                   strengths.data, enough.data, 50, 1, weights.data};
    elman_logistic(&logistic);
    for (int64_t k = 0; k <= columns; ++k)
        if (!std::isfinite(weights.data[k])) std::exit(3);
}

}  // namespace

int main(int argc, char** argv) {
    keep = argv[1];
    // B, T, I, H: one element, around the width of every vector, and around every tile.
    const int64_t shapes[][4] = {
        {2, 3, 3, 5},   {1, 1, 1, 1},   {1, 5, 3, 7},    {3, 1, 33, 15}, {3, 5, 17, 16}, {2, 4, 16, 17},
        {9, 3, 31, 33}, {33, 4, 5, 31},  {3, 0, 3, 7},   {0, 4, 3, 7},   {5, 7, 1, 63},
        {4, 3, 65, 65}, {70, 2, 3, 9},   {3, 40, 7, 5},  {8, 2, 49, 48}, {7, 2, 130, 129},
        {2, 2, 33, 200},  // few rows and large weights
        {16, 80, 5, 65},  // more steps than backward takes at once
        {1, 1, 601, 500},  // more weights than a step backward reads by columns
    };
    for (const auto& s : shapes) run_logistic(s[2], s[3]);
    int64_t layers = 0;
    for (int k = 2; k < argc; ++k) {
        // A unit that multiplies bfloat16 runs that alone, and a set has the emulation.
        const bool set = elman_use_isa(argv[k]) == 0;
        if (elman_use_half(set ? "emulated" : argv[k])) std::exit(6);
        for (const auto& s : shapes)
            if (set) run_pool(s[0], s[1], s[3]);
        for (const auto& s : shapes)
            for (int64_t cell = 0; cell < 4; ++cell)
                for (int form = set ? 0 : 9; form < 12; ++form) {
                    Case c{};
                    c.cell = cell, c.B = s[0], c.T = s[1], c.I = s[2], c.H = s[3];
                    c.D = 1 + form % 2;
                    c.biased = form != 2;
                    c.ragged = form == 1 || form == 2 || form == 5 || form == 6 || form == 8 ||
                               form >= 10;
                    c.packed = form == 5 || form == 6 || form == 8 || form == 11;
                    c.time_first = form == 3 || form == 4;
                    c.products = form >= 9;
                    c.steps_half = form == 10;
                    c.half = form == 7 || form == 8;
                    c.kept = !c.half && form != 4;
                    c.threads = 1 + form % 3;
                    Run{c, {}, {}, {}, {}}.run();
                    ++layers;
                    if (form < 3) Run{c, {}, {}, {}, {}}.step();
                }
    }
    if (keep != "values") std::printf("%lld\n", static_cast<long long>(layers));
    return 0;
}
