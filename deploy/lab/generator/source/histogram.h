/* Durations, counted in buckets that lie less than two per cent apart. */
#ifndef HISTOGRAM_H
#define HISTOGRAM_H

#include <stdint.h>
#include <stdio.h>

/* 64 buckets for every doubling, up to 2^63 ns. */
#define HISTOGRAM_BUCKETS (64 * 59)

struct histogram {
    uint64_t counts[HISTOGRAM_BUCKETS];
    uint64_t count;
    double sum_ns;
    uint64_t max_ns;
};

void histogram_add(struct histogram *histogram, uint64_t duration_ns);

/* As a JSON object: count, mean, quantiles and maximum in microseconds, and the pairs [microseconds, count]. */
void histogram_print(const struct histogram *histogram, FILE *out);

#endif
