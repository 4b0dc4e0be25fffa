/* Opens many channels, as fast as the server takes them. */
#ifndef CROWD_H
#define CROWD_H

#include <stdint.h>

#include "channel.h"
#include "options.h"

struct crowd {
    int poller;
    int port;
    struct request request;
    /* The first of them ask with requests of their own, where there are any. */
    struct request *own;
    int own_count;
    /* How far apart the channels lie in memory: their owners have more to keep than these. */
    char *channels;
    size_t stride;
    int count;
    /* Called for each that has opened; may be NULL. */
    void (*on_open)(struct channel *channel);
    /* Filled in by crowd_open. */
    int open, refused, last_status;
    double connect_seconds;
};

static inline struct channel *crowd_channel(const struct crowd *crowd, int at) {
    return (struct channel *)(void *)(crowd->channels + (size_t)at * crowd->stride);
}

/* Writes the requests that open such channels, and sets the channels' kind. */
void crowd_begin(struct crowd *crowd, const struct options *options, enum channel_kind kind);

/* Gives up on the rest when none was opened or refused for so long. */
void crowd_open(struct crowd *crowd, double timeout_seconds);

#endif
