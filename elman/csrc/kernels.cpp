// The table of what one instruction set offers.
#include "elman.h"
#include "pool.h"
#include "scan.h"
#include "simd.h"
#include "step.h"

namespace elman {
namespace ELMAN_ISA {

#define TEXT(x) #x
#define NAME(x) TEXT(x)
extern const Kernels kernels;
const Kernels kernels = {NAME(ELMAN_ISA), layer_forward, layer_backward, reserve_size,
                         fma_peak, scan, pool, step_forward, step_backward, pack, packed_forward,
                         projected_size, project, drop, &half_kernels};

}  // namespace ELMAN_ISA
}  // namespace elman
