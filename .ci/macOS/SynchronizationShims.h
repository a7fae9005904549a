#include "SwiftStdint.h"
static inline __swift_uint32_t _swift_stdlib_gettid(void) { return 0; }
static inline __swift_uint32_t _swift_stdlib_futex_lock(__swift_uint32_t *lock) { return 0; }
static inline __swift_uint32_t _swift_stdlib_futex_trylock(__swift_uint32_t *lock) { return 0; }
static inline __swift_uint32_t _swift_stdlib_futex_unlock(__swift_uint32_t *lock) { return 0; }
