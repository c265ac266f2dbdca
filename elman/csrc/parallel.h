// Runs tasks on threads. Inside torch these are the threads of torch's own pool (GNU OpenMP, found
// among the loaded libraries), so that the two never compete for a core; elsewhere, plain ones.
#pragma once
#include <cstdint>

namespace elman {

// Calls work(context, task) once for every task in [0, tasks), on at most `threads` threads.
// Which thread takes which task is not fixed: a result must not depend on it.
void parallel(int64_t tasks, int64_t threads, void (*work)(void*, int64_t), void* context);

template <class F>
void parallel(int64_t tasks, int64_t threads, F&& body) {
    parallel(tasks, threads, [](void* f, int64_t task) { (*static_cast<F*>(f))(task); }, &body);
}

}  // namespace elman
