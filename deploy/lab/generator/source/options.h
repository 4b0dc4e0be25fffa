/* What the command line asks for. */
#ifndef OPTIONS_H
#define OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define MOST_PATHS 64
#define MOST_HEADERS 64

struct options {
    const char *command;
    int port;
    int parent;
    int cpu;
    int connections;
    const char *kind;
    const char *method;
    /* Pairs "weight path" as the command line has them, taken apart. */
    double weights[MOST_PATHS];
    const char *paths[MOST_PATHS];
    int path_count;
    const char *headers[MOST_HEADERS];
    int header_count;
    size_t body_bytes;
    size_t payload_bytes;
    int senders;
    bool keep_alive;
    double seconds;
    double warm_up_seconds;
    double drain_seconds;
    double timeout_seconds;
    /* Per second; 0: a closed loop. */
    double rate;
    uint64_t seed;
};

/* Ends the program with one line when the command line makes no sense. */
void options_read(struct options *options, int count, char **words);

#endif
