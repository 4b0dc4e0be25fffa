/* The measured span of a load: after the warm-up, before the drain; and the processor time that was used in it. */
#ifndef WINDOW_H
#define WINDOW_H

#include <stdbool.h>
#include <stdint.h>

#include "clock.h"
#include "options.h"

struct window {
    uint64_t start, begin, end, drain_end;
    uint64_t cpu_begin, cpu_end;
    bool began, ended;
};

static inline void window_open(struct window *window, const struct options *options) {
    *window = (struct window){.start = now_ns()};
    window->begin = window->start + seconds_to_ns(options->warm_up_seconds);
    window->end = window->begin + seconds_to_ns(options->seconds);
    window->drain_end = window->end + seconds_to_ns(options->drain_seconds);
}

static inline bool window_has(const struct window *window, uint64_t time) {
    return time >= window->begin && time < window->end;
}

static inline void window_tick(struct window *window, uint64_t now) {
    if (!window->began && now >= window->begin) {
        window->began = true;
        window->cpu_begin = cpu_ns();
    }
    if (!window->ended && now >= window->end) {
        window->ended = true;
        window->cpu_end = cpu_ns();
    }
}

/* The next of the span's ends that lies ahead. */
static inline uint64_t window_next(const struct window *window) {
    return !window->began ? window->begin : !window->ended ? window->end : window->drain_end;
}

static inline double window_cpu_seconds(const struct window *window) {
    return (double)(window->cpu_end - window->cpu_begin) / 1e9;
}

#endif
