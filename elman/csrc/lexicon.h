// Words and pairs of words, looked up by what they are spelled as.
#pragma once
#include <cstring>
#include <random>
#include <string>
#include <vector>

#include "text.h"

namespace elman {

namespace {

// Words are the choice of whoever made the model or wrote the text: nobody can choose them so that
// they fall on one place.
const uint64_t SEED = (uint64_t{std::random_device{}()} << 32) | std::random_device{}() | 1;

uint64_t mixed(uint64_t a, uint64_t b) {
    const unsigned __int128 product = static_cast<unsigned __int128>(a ^ SEED) * (b | 1);
    return static_cast<uint64_t>(product) ^ static_cast<uint64_t>(product >> 64);
}

template <class T>
uint64_t bytes_of(const char* from) {
    T value;
    std::memcpy(&value, from, sizeof value);
    return value;
}

uint64_t hash_of(const char* word, int64_t size) {
    uint64_t hash = mixed(size, 0x9E3779B97F4A7C15u);
    for (; size > 8; word += 8, size -= 8)
        hash = mixed(hash ^ bytes_of<uint64_t>(word), 0xA0761D6478BD642Fu);
    uint64_t rest = 0;
    if (size >= 4)
        rest = bytes_of<uint32_t>(word) | bytes_of<uint32_t>(word + size - 4) << 32;
    else if (size > 0)
        rest = bytes_of<uint8_t>(word) | bytes_of<uint8_t>(word + size / 2) << 8 |
               bytes_of<uint8_t>(word + size - 1) << 16;
    return mixed(hash ^ rest, 0xA0761D6478BD642Fu);
}

// Open addressing over places of entries; at most half full.
struct Table {
    struct Slot {
        uint32_t hash;
        int32_t entry = -1;
    };
    std::vector<Slot> slots;
    uint64_t mask = 0;

    explicit Table(int64_t entries) {
        uint64_t size = 16;
        while (size < 2 * static_cast<uint64_t>(entries)) size *= 2;
        slots.resize(size);
        mask = size - 1;
    }
    void prefetch(uint64_t hash) const { __builtin_prefetch(&slots[hash & mask]); }

    // The slot of what `same` knows, or the empty one where it would be.
    template <class F>
    int64_t find(uint64_t hash, F&& same) const {
        const auto high = static_cast<uint32_t>(hash >> 32);
        for (uint64_t at = hash & mask;; at = (at + 1) & mask) {
            const Slot& slot = slots[at];
            if (slot.entry < 0 || (slot.hash == high && same(slot.entry))) return at;
        }
    }
    void put(int64_t at, uint64_t hash, int64_t entry) {
        slots[at] = {static_cast<uint32_t>(hash >> 32), static_cast<int32_t>(entry)};
    }
};

constexpr int64_t NOBODY = -1;

struct Words {
    struct Word {
        int64_t begin;
        int32_t size, id;
    };
    struct Pair {
        int32_t first, second, id;
    };
    Lexicon how;
    std::string bytes;
    std::vector<Word> words;
    std::vector<Pair> pairs;
    Table of_words, of_pairs;
    int64_t columns, nothing_before = NOBODY;

    explicit Words(const Lexicon& lexicon)
        : how(lexicon), of_words(0), of_pairs(0), columns(1 + (how.buckets ? 2 : 0) + how.pairs) {
        int64_t spaces = 0, begin = 0;
        for (int64_t n = 0; n < how.N; begin = how.ends[n++])
            spaces += std::memchr(how.bytes + begin, ' ', how.ends[n] - begin) != nullptr;
        of_words = Table(how.N + spaces);  // a pair has at most two words of its own
        of_pairs = Table(spaces);
        begin = 0;
        for (int64_t n = 0; n < how.N; begin = how.ends[n++]) {
            const char* entry = how.bytes + begin;
            const int64_t size = how.ends[n] - begin;
            const auto id = static_cast<int32_t>(how.ids[n]);
            const auto* space = static_cast<const char*>(std::memchr(entry, ' ', size));
            if (!space) {
                words[add(entry, size)].id = id;
                continue;
            }
            const int64_t first = add(entry, space - entry);
            if (space == entry) nothing_before = first;
            const int64_t second = add(space + 1, entry + size - space - 1);
            const uint64_t hash = hash_of_pair(first, second);
            const int64_t at = slot_of_pair(hash, first, second);
            if (of_pairs.slots[at].entry >= 0) {
                pairs[of_pairs.slots[at].entry].id = id;
            } else {
                of_pairs.put(at, hash, pairs.size());
                pairs.push_back({static_cast<int32_t>(first), static_cast<int32_t>(second), id});
            }
        }
        how.bytes = nullptr;
    }

    int64_t add(const char* word, int64_t size) { return add(word, size, hash_of(word, size)); }
    int64_t add(const char* word, int64_t size, uint64_t hash) {
        const int64_t at = slot_of(hash, word, size);
        if (const int64_t found = of_words.slots[at].entry; found >= 0) return found;
        if (2 * words.size() >= of_words.slots.size()) {
            of_words = Table(2 * words.size());
            for (size_t n = 0; n < words.size(); ++n) {
                const char* known = bytes.data() + words[n].begin;
                const uint64_t again = hash_of(known, words[n].size);
                of_words.put(slot_of(again, known, words[n].size), again, n);
            }
            return add(word, size, hash);
        }
        const auto begin = static_cast<int64_t>(bytes.size());
        bytes.append(word, size);
        of_words.put(at, hash, words.size());
        words.push_back({begin, static_cast<int32_t>(size), static_cast<int32_t>(how.unknown)});
        return static_cast<int64_t>(words.size()) - 1;
    }
    int64_t slot_of(uint64_t hash, const char* word, int64_t size) const {
        return of_words.find(hash, [&](int64_t entry) {
            const Word& known = words[entry];
            return known.size == size && !std::memcmp(bytes.data() + known.begin, word, size);
        });
    }
    int64_t find(uint64_t hash, const char* word, int64_t size) const {
        return of_words.slots[slot_of(hash, word, size)].entry;
    }
    static uint64_t hash_of_pair(int64_t first, int64_t second) {
        return mixed(static_cast<uint64_t>(first) << 32 | static_cast<uint64_t>(second),
                     0xE7037ED1A0B428DBu);
    }
    int64_t slot_of_pair(uint64_t hash, int64_t first, int64_t second) const {
        return of_pairs.find(hash, [&](int64_t entry) {
            return pairs[entry].first == first && pairs[entry].second == second;
        });
    }
};

}  // namespace

}  // namespace elman
