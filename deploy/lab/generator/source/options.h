/* What the command line asks for. */
#ifndef OPTIONS_H
#define OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define MOST_PATHS 64
#define MOST_HEADERS 64
#define MOST_COOKIES 1024

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
    /* One a socket, for the first sockets. */
    const char *cookies[MOST_COOKIES];
    int cookie_count;
    size_t body_bytes;
    size_t payload_bytes;
    /* What stands around a message to everybody. */
    const char *prefix, *suffix;
    int senders;
    /* How many of a room's sockets listen, -1: all; and its stream. */
    int listeners;
    const char *stream;
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
