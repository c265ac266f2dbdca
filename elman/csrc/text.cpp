#include "text.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <cstring>
#include <vector>

#include "elman.h"
#include "lexicon.h"
#include "parallel.h"

namespace elman {

namespace {

// zlib's checksum, by which beginnings and ends of words have their numbers.
uint32_t crc32(const char* bytes, int64_t size) {
    static const auto table = [] {
        std::array<uint32_t, 256> table{};
        for (uint32_t n = 0; n < 256; ++n) {
            uint32_t value = n;
            for (int bit = 0; bit < 8; ++bit) value = (value >> 1) ^ (value & 1 ? 0xEDB88320u : 0);
            table[n] = value;
        }
        return table;
    }();
    uint32_t sum = ~0u;
    for (int64_t n = 0; n < size; ++n)
        sum = (sum >> 8) ^ table[(sum ^ static_cast<unsigned char>(bytes[n])) & 0xFF];
    return ~sum;
}

bool begins_character(char byte) { return (byte & 0xC0) != 0x80; }

constexpr int64_t PREFIX = 4, SUFFIX = 3;  // letters, as in features.py

int64_t beginning_of(const char* word, int64_t size) {
    int64_t at = 0;
    for (int64_t letters = 0; at < size; ++at)
        if (begins_character(word[at]) && ++letters > PREFIX) break;
    return at;
}

int64_t end_of(const char* word, int64_t size) {
    int64_t at = size;
    for (int64_t letters = 0; at > 0 && letters < SUFFIX;)
        if (begins_character(word[--at])) ++letters;
    return at;
}

const std::array<uint32_t, 128> ASCII = [] {
    std::array<uint32_t, 128> classes{};
    for (uint32_t c = 0; c < 128; ++c) {
        const bool upper = c >= 'A' && c <= 'Z', lower = c >= 'a' && c <= 'z';
        classes[c] = upper ? c + 32 : c;
        if (upper || lower) classes[c] |= WORD;
        if (c >= '0' && c <= '9') classes[c] |= WORD | DIGIT;
        if (c == '!' || c == '?' || c == '$' || c == '%') classes[c] |= SIGN;
        if (c == ' ' || (c >= '\t' && c <= '\r') || (c >= 0x1C && c <= 0x1F)) classes[c] |= SPACE;
    }
    return classes;
}();

bool begins_ascii_word(char byte) {
    const auto c = static_cast<unsigned char>(byte);
    return c < 0x80 && ASCII[c] & WORD;
}

bool is_tag(const char* name, int64_t size) {
    static const char* const names[] = {
        "br", "p",  "i",  "b",  "u",  "s",  "em", "strong", "hr",         "div", "span",  "a",  "li",
        "ul", "ol", "h1", "h2", "h3", "h4", "h5", "h6",     "font",       "img", "table", "tr", "td",
        "blockquote"};
    for (const char* known : names)
        if (!std::strncmp(known, name, size) && !known[size]) return true;
    return false;
}

// The words of one text, in lower case one after another.
class Cut {
public:
    struct Token {
        int64_t begin, size;
        uint64_t hash;
    };
    std::vector<Token> tokens;
    bool missing = false;  // a page

    explicit Cut(const Words* words) : words_(words) {}
    const char* at(const Token& token) const { return letters_.data() + token.begin; }

    void run(const char* text, const char* end, const uint32_t* const* pages) {
        text_ = text, end_ = end, pages_ = pages, missing = false;
        tokens.clear();
        // In lower case a letter of two bytes may have three.
        if (const size_t most = 2 * (end - text); letters_.size() < most) letters_.resize(most);
        to_ = letters_.data();
        while (text_ < end_) {
            const uint32_t here = look(text_, &next_);
            if (here & APART) {
                if (here & (WORD | SIGN)) one(here);
                text_ = next_;
            } else if (here & DIGIT && number()) {
            } else if (here & SIGN) {
                one(here);
                text_ = next_;
            } else if (here & WORD) {
                word();
            } else if (here == '<') {
                tag();
            } else {
                text_ = next_;
            }
        }
    }

private:
    // The character here, in lower case, and what it is; where the next one is.
    uint32_t look(const char* at, const char** next) {
        const auto* b = reinterpret_cast<const unsigned char*>(at);
        if (*b < 0x80) {
            *next = at + 1;
            return ASCII[*b];
        }
        uint32_t c;
        if (*b < 0xE0) c = (b[0] & 0x1Fu) << 6 | (b[1] & 0x3Fu), *next = at + 2;
        else if (*b < 0xF0)
            c = (b[0] & 0x0Fu) << 12 | (b[1] & 0x3Fu) << 6 | (b[2] & 0x3Fu), *next = at + 3;
        else
            c = (b[0] & 0x07u) << 18 | (b[1] & 0x3Fu) << 12 | (b[2] & 0x3Fu) << 6 | (b[3] & 0x3Fu),
            *next = at + 4;
        const uint32_t* page = pages_[c >> 8];
        if (!page) {
            missing = true;
            *next = end_;
            return SPACE;
        }
        return page[c & 0xFF];
    }
    uint32_t look(const char* at, const char** next, uint32_t otherwise) {
        return at < end_ ? look(at, next) : (*next = end_, otherwise);
    }

    void put(uint32_t here) {
        const uint32_t c = here & LOWER;
        if (c < 0x80) {
            *to_++ = static_cast<char>(c);
        } else if (c < 0x800) {
            *to_++ = static_cast<char>(0xC0 | c >> 6);
            *to_++ = static_cast<char>(0x80 | (c & 0x3F));
        } else if (c < 0x10000) {
            *to_++ = static_cast<char>(0xE0 | c >> 12);
            *to_++ = static_cast<char>(0x80 | (c >> 6 & 0x3F));
            *to_++ = static_cast<char>(0x80 | (c & 0x3F));
        } else {
            *to_++ = static_cast<char>(0xF0 | c >> 18);
            *to_++ = static_cast<char>(0x80 | (c >> 12 & 0x3F));
            *to_++ = static_cast<char>(0x80 | (c >> 6 & 0x3F));
            *to_++ = static_cast<char>(0x80 | (c & 0x3F));
        }
    }
    void give(char* from) {
        const uint64_t hash = hash_of(from, to_ - from);
        if (words_) words_->of_words.prefetch(hash);
        tokens.push_back({from - letters_.data(), to_ - from, hash});
    }
    void one(uint32_t here) {
        char* from = to_;
        put(here);
        give(from);
    }

    // Digits with inner points or commas; false, and nowhere, where there are none inside.
    bool number() {
        char* const from = to_;
        const char *at = text_, *next;
        bool inner = false;
        for (;;) {
            uint32_t here = look(at, &next);
            for (; here & DIGIT && !(here & APART); here = look(at, &next, SPACE))
                put(here), at = next;
            text_after_ = at;
            if (here != '.' && here != ',') break;
            const char* after;
            const uint32_t follows = look(next, &after, SPACE);
            if (!(follows & DIGIT) || follows & APART) break;
            put(here), at = next, inner = true;
        }
        if (!inner) {
            to_ = from;
            return false;
        }
        text_ = text_after_;
        give(from);
        return true;
    }

    // Letters, with inner apostrophes.
    void word() {
        char* const from = to_;
        const char *at = text_, *next;
        for (;;) {
            uint32_t here = look(at, &next, SPACE);
            for (; here & WORD && !(here & APART); here = look(at, &next, SPACE))
                put(here), at = next;
            if (here != '\'') break;
            const char* after;
            const uint32_t follows = look(next, &after, SPACE);
            if (!(follows & WORD) || follows & APART) break;
            put(here), at = next;
        }
        text_ = at;
        give(from);
    }

    // Past the name of a tag, and else past the "<".
    void tag() {
        const char* at = text_ + 1;
        text_ = at;
        if (at < end_ && *at == '/') ++at;
        char name[16];
        int64_t size = 0;
        for (; at < end_ && begins_ascii_word(*at); ++at) {
            if (size == sizeof name) return;
            name[size++] = static_cast<char>(ASCII[static_cast<unsigned char>(*at)] & LOWER);
        }
        if (!size || !is_tag(name, size)) return;
        const char* next;
        const uint32_t here = look(at, &next, SPACE);
        const bool closed = here == '>' || (here == '/' && next < end_ && *next == '>');
        if (closed || here & (SPACE | APART)) text_ = at;
    }

    const Words* words_;  // where they will be looked up
    std::vector<char> letters_;
    char* to_ = nullptr;
    const char *text_ = nullptr, *end_ = nullptr, *next_ = nullptr, *text_after_ = nullptr;
    const uint32_t* const* pages_ = nullptr;
};

// The numbers of a text's words; returns whether one of them says something.
bool look_up(const Words& words, const Cut& cut, int64_t before, int32_t* ids,
             std::vector<int64_t>& found) {
    const auto n = static_cast<int64_t>(cut.tokens.size());
    const int64_t columns = words.columns;
    const Lexicon& how = words.how;
    found.resize(n + 1);
    found[0] = before;
    bool known = how.buckets && n;
    for (int64_t t = 0; t < n; ++t) {
        const Cut::Token& token = cut.tokens[t];
        const int64_t entry = words.find(token.hash, cut.at(token), token.size);
        found[t + 1] = entry;
        const int64_t id = entry < 0 ? how.unknown : words.words[entry].id;
        known |= id != how.unknown;
        ids[t * columns] = static_cast<int32_t>(id);
        if (how.pairs && entry >= 0 && found[t] >= 0)
            words.of_pairs.prefetch(Words::hash_of_pair(found[t], entry));
    }
    for (int64_t t = 0; how.buckets && t < n; ++t) {
        const char* word = cut.at(cut.tokens[t]);
        const int64_t size = cut.tokens[t].size;
        char part[4 * PREFIX + 1];
        const int64_t head = beginning_of(word, size), tail = end_of(word, size);
        part[0] = '<';
        std::memcpy(part + 1, word, head);
        ids[t * columns + 1] =
            static_cast<int32_t>(how.first_bucket + crc32(part, head + 1) % how.buckets);
        std::memcpy(part, word + tail, size - tail);
        part[size - tail] = '>';
        ids[t * columns + 2] =
            static_cast<int32_t>(how.first_bucket + crc32(part, size - tail + 1) % how.buckets);
    }
    for (int64_t t = 0; how.pairs && t < n; ++t) {
        int64_t id = how.nothing;
        if (found[t] >= 0 && found[t + 1] >= 0) {
            const uint64_t hash = Words::hash_of_pair(found[t], found[t + 1]);
            const int64_t at = words.slot_of_pair(hash, found[t], found[t + 1]);
            const int64_t pair = words.of_pairs.slots[at].entry;
            if (pair >= 0) id = words.pairs[pair].id;
        }
        ids[t * columns + columns - 1] = static_cast<int32_t>(id);
    }
    return known;
}

// All words of a text, a space between two of them; returns how many bytes that is.
int64_t join(const Cut& cut, char* to) {
    const char* const begin = to;
    for (const Cut::Token& token : cut.tokens) {
        if (to != begin) *to++ = ' ';
        std::memcpy(to, cut.at(token), token.size);
        to += token.size;
    }
    return to - begin;
}

constexpr int64_t LEAST_BYTES = 50'000;  // for a further thread

}  // namespace

}  // namespace elman

using elman::Cut;
using elman::Words;

EXPORT const Words* elman_words(const elman::Lexicon* lexicon) { return new Words(*lexicon); }

EXPORT void elman_forget(const Words* words) { delete words; }

// 0, or 1 where a page is missing.
EXPORT int elman_read(elman::Text* text, const Words* words) {
    const int64_t columns = words->columns, total = text->N ? text->ends[text->N - 1] : 0;
    const int64_t tasks = std::max<int64_t>(
        1, std::min({text->threads, text->N, total / elman::LEAST_BYTES}));
    std::atomic<bool> missing{false};
    // Every text's numbers first go where its bytes are, and are then moved together.
    elman::parallel(tasks, tasks, [&](int64_t task) {
        Cut cut(words);
        std::vector<int64_t> found;
        for (int64_t n = text->N * task / tasks; n < text->N * (task + 1) / tasks; ++n) {
            const int64_t begin = n ? text->ends[n - 1] : 0;
            cut.run(text->bytes + begin, text->bytes + text->ends[n], text->pages);
            if (cut.missing) {
                missing = true;
                return;
            }
            int64_t before = words->nothing_before;
            if (text->before_size)
                before = words->find(elman::hash_of(text->before, text->before_size), text->before,
                                     text->before_size);
            text->known[n] = look_up(*words, cut, before, text->ids + begin * columns, found);
            text->last[n] = static_cast<int64_t>(cut.tokens.size());
            if (text->word && n == text->N - 1) {
                text->word_size = cut.tokens.empty() ? 0 : cut.tokens.back().size;
                if (text->word_size)
                    std::memcpy(text->word, cut.at(cut.tokens.back()), text->word_size);
            }
        }
    });
    if (missing) return 1;
    int64_t to = 0;
    for (int64_t n = 0; n < text->N; ++n) {
        const int64_t begin = n ? text->ends[n - 1] : 0, steps = text->last[n];
        if (begin != to)
            std::memmove(text->ids + to * columns, text->ids + begin * columns,
                         steps * columns * sizeof(int32_t));
        text->last[n] = to += steps;
    }
    return 0;
}

// The words of texts into `word`, a space between two words and between two texts, and where those
// of each text end into `last`; 0, or 1 where a page is missing.
EXPORT int elman_cut(elman::Text* text) {
    Cut cut(nullptr);
    char* to = text->word;
    const char* at = text->bytes;
    for (int64_t n = 0; n < text->N; ++n) {
        const char* const end = text->bytes + text->ends[n];
        cut.run(at, end, text->pages);
        if (cut.missing) return 1;
        if (n) *to++ = ' ';
        to += elman::join(cut, to);
        text->last[n] = to - text->word;
        at = end;
    }
    text->word_size = to - text->word;
    return 0;
}

// Numbers of words with a space between two of them, of which new ones get the next; how many.
EXPORT int64_t elman_number(Words* words, const char* joined, int64_t size, int32_t* ids) {
    int64_t n = 0;
    for (const char *at = joined, *end = joined + size, *next; at < end; at = next + 1) {
        next = static_cast<const char*>(std::memchr(at, ' ', end - at));
        if (!next) next = end;
        ids[n++] = static_cast<int32_t>(words->add(at, next - at));
    }
    return n;
}

// How many words there are, and how many bytes.
EXPORT int64_t elman_words_size(const Words* words, int64_t* bytes) {
    *bytes = static_cast<int64_t>(words->bytes.size());
    return static_cast<int64_t>(words->words.size());
}

EXPORT void elman_words_copy(const Words* words, char* bytes, int64_t* ends) {
    std::memcpy(bytes, words->bytes.data(), words->bytes.size());
    for (const Words::Word& word : words->words) *ends++ = word.begin + word.size;
}
