#include "arrivals.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "commands.h"
#include "system.h"

/* splitmix64 spreads the seed. */
static uint64_t spread(uint64_t *state) {
    uint64_t word = (*state += 0x9E3779B97F4A7C15ULL);
    word = (word ^ (word >> 30)) * 0xBF58476D1CE4E5B9ULL;
    word = (word ^ (word >> 27)) * 0x94D049BB133111EBULL;
    return word ^ (word >> 31);
}

/* xoroshiro128+ */
static uint64_t draw(struct arrivals *arrivals) {
    uint64_t first = arrivals->random[0], second = arrivals->random[1], sum = first + second;
    second ^= first;
    arrivals->random[0] = ((first << 24) | (first >> 40)) ^ second ^ (second << 16);
    arrivals->random[1] = (second << 37) | (second >> 27);
    return sum;
}

void arrivals_begin(struct arrivals *arrivals, const struct options *options, uint64_t start) {
    uint64_t seed = options->seed;
    *arrivals = (struct arrivals){.options = options, .start = start, .room = 1024};
    arrivals->random[0] = spread(&seed);
    arrivals->random[1] = spread(&seed);
    arrivals->queue = allocate(arrivals->room, sizeof *arrivals->queue);
    for (int at = 0; at < options->path_count; at++)
        arrivals->total_weight += options->weights[at];
    if (options->rate > 0) {
        arrivals->mean_gap_ns = 1e9 / options->rate;
        arrivals_step(arrivals);
    }
}

double arrivals_fraction(struct arrivals *arrivals) { return (double)(draw(arrivals) >> 11) * 0x1p-53; }

int arrivals_path(struct arrivals *arrivals) {
    const struct options *options = arrivals->options;
    if (options->path_count == 1)
        return 0;
    double at = arrivals_fraction(arrivals) * arrivals->total_weight;
    int path = 0;
    while (path + 1 < options->path_count && (at -= options->weights[path]) >= 0)
        path++;
    return path;
}

void arrivals_step(struct arrivals *arrivals) {
    arrivals->next += -log1p(-arrivals_fraction(arrivals)) * arrivals->mean_gap_ns;
}

void arrivals_wait(struct arrivals *arrivals, struct arrival arrival) {
    if (arrivals->waiting == arrivals->room) {
        struct arrival *wider = allocate(arrivals->room * 2, sizeof *wider);
        size_t tail = arrivals->room - arrivals->first;
        memcpy(wider, arrivals->queue + arrivals->first, tail * sizeof *wider);
        memcpy(wider + tail, arrivals->queue, arrivals->first * sizeof *wider);
        free(arrivals->queue);
        arrivals->queue = wider;
        arrivals->first = 0;
        arrivals->room *= 2;
    }
    arrivals->queue[(arrivals->first + arrivals->waiting++) % arrivals->room] = arrival;
}

bool arrivals_take(struct arrivals *arrivals, struct arrival *arrival) {
    if (arrivals->waiting == 0)
        return false;
    *arrival = arrivals->queue[arrivals->first];
    arrivals->first = (arrivals->first + 1) % arrivals->room;
    arrivals->waiting--;
    return true;
}

void print_arrivals(const struct options *options) {
    struct arrivals arrivals;
    const char *comma = "";
    if (options->rate <= 0)
        die("arrivals need a rate");
    printf("{\"due_ns\":[");
    for (arrivals_begin(&arrivals, options, 0); arrivals_next(&arrivals) < options->seconds * 1e9;) {
        printf("%s%llu", comma, (unsigned long long)arrivals_next(&arrivals));
        comma = ",";
        arrivals_step(&arrivals);
    }
    printf("]}\n");
}
