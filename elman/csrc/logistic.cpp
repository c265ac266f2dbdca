// The dual of a logistic regression, one row at a time (Yu, Huang & Lin 2011, "Dual coordinate
// descent methods for logistic regression and maximum entropy models", algorithm 5), as liblinear
// has it: rows in the same order, sums in the same order, so that the weights have its bits.
#include "logistic.h"

#include <algorithm>
#include <cmath>
#include <random>
#include <vector>

#include "elman.h"

namespace elman {

namespace {

// A number below `range`, each as likely (Lemire 2019).
uint32_t below(uint32_t range, std::mt19937& random) {
    uint64_t product = uint64_t{random()} * range;
    if (static_cast<uint32_t>(product) < range)
        for (const uint32_t odd = -range % range; static_cast<uint32_t>(product) < odd;)
            product = uint64_t{random()} * range;
    return product >> 32;
}

class Descent {
public:
    explicit Descent(const Logistic& of)
        : of(of), bias(of.weights[of.columns]), squares(of.N), dual(of.N) {
        std::fill_n(of.weights, of.columns + 1, 0.0);
        for (int64_t place = 0; place < of.N; ++place) {
            const int64_t row = of.order[place];
            const double C = std::abs(of.strengths[row]), begin = std::min(0.001 * C, 1e-8);
            dual[row] = {begin, C - begin};
            for (int64_t n = begins(row); n < of.ends[row]; ++n)
                squares[row] += of.values[n] * of.values[n];
            squares[row] += 1.0;
            add(row, side(row) * begin);
        }
    }

    // Passes over all rows until no gradient is large.
    void run() {
        std::mt19937 random(static_cast<uint32_t>(of.seed));
        std::vector<int64_t> order(of.order, of.order + of.N);
        double exact = 1e-2;
        for (int64_t pass = 0; pass < of.passes; ++pass) {
            for (int64_t n = 0; n < of.N; ++n)
                std::swap(order[n], order[n + below(static_cast<uint32_t>(of.N - n), random)]);
            double largest = 0;
            int64_t steps = 0;
            for (const int64_t row : order) largest = std::max(largest, improve(row, exact, steps));
            if (largest < *of.enough) return;
            if (steps <= of.N / 10) exact = std::max(std::min(1e-8, *of.enough), 0.1 * exact);
        }
    }

private:
    struct Pair {
        double a, rest;  // they add up to the strength
    };

    int64_t begins(int64_t row) const { return row ? of.ends[row - 1] : 0; }
    double side(int64_t row) const { return of.strengths[row] < 0 ? -1.0 : 1.0; }

    void add(int64_t row, double much) {
        for (int64_t n = begins(row); n < of.ends[row]; ++n)
            of.weights[of.ids[n]] += much * of.values[n];
        bias += much;
    }

    double said(int64_t row) const {
        double sum = 0;
        for (int64_t n = begins(row); n < of.ends[row]; ++n)
            sum += of.weights[of.ids[n]] * of.values[n];
        return sum + bias;
    }

    // Newton's method for the dual variable of one row, for the smaller of the pair; return how
    // large its gradient was.
    double improve(int64_t row, double exact, int64_t& steps) {
        const double C = std::abs(of.strengths[row]), y = side(row), a = squares[row];
        const double b = said(row) * y;
        Pair& pair = dual[row];
        const bool other = 0.5 * a * (pair.rest - pair.a) + b < 0;
        const double sign = other ? -1 : 1, before = other ? pair.rest : pair.a;
        double z = C - before < 0.5 * C ? 0.1 * before : before;
        const auto gradient = [&] {
            return a * (z - before) + sign * b + std::log(z / (C - z));
        };
        double g = gradient();
        const double first = std::abs(g);
        int64_t taken = 0;
        while (taken <= 100 && !(std::abs(g) < exact)) {
            const double next = z - g / (a + C / (C - z) / z);
            z = next <= 0 ? 0.1 * z : next;
            g = gradient();
            ++taken;
        }
        if (taken) {
            pair = other ? Pair{C - z, z} : Pair{z, C - z};
            add(row, sign * (z - before) * y);
        }
        steps += taken;
        return first;
    }

    const Logistic& of;
    double& bias;
    std::vector<double> squares;
    std::vector<Pair> dual;
};

}  // namespace

}  // namespace elman

using namespace elman;

EXPORT void elman_logistic(const Logistic* logistic) { Descent(*logistic).run(); }
