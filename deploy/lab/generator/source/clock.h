/* Time: nanoseconds of the monotonic clock, and the processor time of this program. */
#ifndef CLOCK_H
#define CLOCK_H

#include <stdint.h>
#include <time.h>

#define SECOND_NS 1000000000ULL
#define MILLISECOND_NS 1000000ULL

static inline uint64_t read_clock(clockid_t clock) {
    struct timespec time;
    clock_gettime(clock, &time);
    return (uint64_t)time.tv_sec * SECOND_NS + (uint64_t)time.tv_nsec;
}

static inline uint64_t now_ns(void) { return read_clock(CLOCK_MONOTONIC); }

static inline uint64_t cpu_ns(void) { return read_clock(CLOCK_PROCESS_CPUTIME_ID); }

static inline uint64_t seconds_to_ns(double seconds) { return (uint64_t)(seconds * 1e9); }

#endif
