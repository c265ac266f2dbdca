// Texts as numbers: cut into words, and every word and pair looked up. The rules are those of
// elman/data/text/words.py and features.py. Every field is eight bytes, so that a caller can pack it
// without knowing C.
#pragma once
#include <cstdint>

namespace elman {

// What words and pairs are looked up in. It is copied, and may go.
struct Lexicon {
    int64_t N;            // entries
    const char* bytes;    // UTF-8, one after another; an entry with a space is a pair
    const int64_t* ends;  // (N)
    const int64_t* ids;   // (N)
    int64_t unknown;      // a word that has none
    int64_t nothing;      // a pair that has none
    int64_t pairs;        // whether the last number of a step is that of the pair
    int64_t buckets, first_bucket;  // of beginnings and ends of words; 0 buckets: none
};

// What a character is, as a page of 256 of them says: the character in lower case, and what that is.
enum Class : uint32_t {
    LOWER = (1u << 21) - 1,
    WORD = 1u << 24,
    DIGIT = 1u << 25,
    SIGN = 1u << 26,   // a token of its own, where no word goes on
    SPACE = 1u << 27,
    APART = 1u << 28,  // as if it stood between spaces
};

// Entities are resolved and characters composed before; case is not. Lone surrogates are as UTF-8
// would have them.
struct Text {
    int64_t N, threads;
    const char* bytes;            // the texts, one after another
    const int64_t* ends;          // (N)
    const uint32_t* const* pages;  // (0x1100); null: not asked for yet
    const char* before;           // of one text: the word before it, before_size bytes; or 0
    int64_t before_size;
    int32_t* ids;   // out: steps of 1, 2, 3 or 4 numbers; room for as many as there are bytes
    int64_t* last;  // out (N): where the steps of each text end, or its words in `word`
    int64_t* known;  // out (N): whether a word of it has a number
    char* word;     // out: the last word, or all; of room for three bytes for each of the texts', and
                    // one for each text; null: not
    int64_t word_size;  // out
};

}  // namespace elman
