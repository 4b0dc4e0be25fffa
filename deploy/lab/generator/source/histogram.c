#include "histogram.h"

#include <math.h>

#define SUB_BITS 6
#define SUB_BUCKETS (1u << SUB_BITS)

static unsigned bucket_of(uint64_t value) {
    if (value < SUB_BUCKETS)
        return (unsigned)value;
    unsigned shift = 63u - (unsigned)__builtin_clzll(value) - SUB_BITS;
    return (shift << SUB_BITS) + (unsigned)(value >> shift);
}

/* The middle of a bucket. */
static double value_of(unsigned bucket) {
    if (bucket < 2 * SUB_BUCKETS)
        return bucket;
    unsigned shift = (bucket >> SUB_BITS) - 1;
    double lowest = ldexp((double)(SUB_BUCKETS + (bucket & (SUB_BUCKETS - 1))), (int)shift);
    return lowest + ldexp(0.5, (int)shift);
}

void histogram_add(struct histogram *histogram, uint64_t duration_ns) {
    unsigned bucket = bucket_of(duration_ns);
    histogram->counts[bucket < HISTOGRAM_BUCKETS ? bucket : HISTOGRAM_BUCKETS - 1]++;
    histogram->count++;
    histogram->sum_ns += (double)duration_ns;
    if (duration_ns > histogram->max_ns)
        histogram->max_ns = duration_ns;
}

static double quantile_us(const struct histogram *histogram, double share) {
    uint64_t wanted = (uint64_t)ceil(share * (double)histogram->count);
    uint64_t seen = 0;
    for (unsigned bucket = 0; bucket < HISTOGRAM_BUCKETS && wanted > 0; bucket++) {
        seen += histogram->counts[bucket];
        if (seen >= wanted)
            return fmin(value_of(bucket), (double)histogram->max_ns) / 1e3;
    }
    return 0;
}

/* Neighbours that round to the same microsecond are one pair. */
static void print_pairs(const struct histogram *histogram, FILE *out) {
    uint64_t pending_us = 0, pending = 0;
    const char *comma = "";
    for (unsigned bucket = 0; bucket < HISTOGRAM_BUCKETS; bucket++) {
        if (histogram->counts[bucket] == 0)
            continue;
        uint64_t us = (uint64_t)llround(value_of(bucket) / 1e3);
        if (pending && us != pending_us) {
            fprintf(out, "%s[%llu,%llu]", comma, (unsigned long long)pending_us, (unsigned long long)pending);
            comma = ",";
            pending = 0;
        }
        pending_us = us;
        pending += histogram->counts[bucket];
    }
    if (pending)
        fprintf(out, "%s[%llu,%llu]", comma, (unsigned long long)pending_us, (unsigned long long)pending);
}

void histogram_print(const struct histogram *histogram, FILE *out) {
    double mean_us = histogram->count ? histogram->sum_ns / (double)histogram->count / 1e3 : 0;
    fprintf(out, "{\"count\":%llu,\"mean_us\":%.3f,", (unsigned long long)histogram->count, mean_us);
    fprintf(out, "\"p50_us\":%.3f,\"p90_us\":%.3f,", quantile_us(histogram, 0.5), quantile_us(histogram, 0.9));
    fprintf(out, "\"p99_us\":%.3f,\"p999_us\":%.3f,", quantile_us(histogram, 0.99), quantile_us(histogram, 0.999));
    fprintf(out, "\"max_us\":%.3f,\"histogram\":[", (double)histogram->max_ns / 1e3);
    print_pairs(histogram, out);
    fprintf(out, "]}");
}
