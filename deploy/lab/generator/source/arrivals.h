/* When requests are due: a Poisson process, and the queue of those that wait for a free connection. */
#ifndef ARRIVALS_H
#define ARRIVALS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "options.h"

struct arrival {
    uint64_t intended;
    int path;
};

struct arrivals {
    uint64_t random[2];
    double mean_gap_ns;
    uint64_t start;
    /* Nanoseconds since the start, as a fraction: gaps rounded to whole ones would add up. */
    double next;
    double total_weight;
    const struct options *options;
    struct arrival *queue;
    size_t first, waiting, room;
};

void arrivals_begin(struct arrivals *arrivals, const struct options *options, uint64_t start);

/* An even fraction from 0 up to, not including, 1. */
double arrivals_fraction(struct arrivals *arrivals);

/* One of the paths, by weight. */
int arrivals_path(struct arrivals *arrivals);

/* The time of the arrival that comes next; arrivals_step goes on to the one after it. */
static inline uint64_t arrivals_next(const struct arrivals *arrivals) {
    return arrivals->start + (uint64_t)arrivals->next;
}
void arrivals_step(struct arrivals *arrivals);

void arrivals_wait(struct arrivals *arrivals, struct arrival arrival);
bool arrivals_take(struct arrivals *arrivals, struct arrival *arrival);

#endif
