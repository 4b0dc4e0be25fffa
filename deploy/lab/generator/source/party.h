/* Many followers of one room, each over a socket of its own. */
#ifndef PARTY_H
#define PARTY_H

#include <stdint.h>

#include "crowd.h"
#include "follower.h"

struct party {
    struct crowd crowd;
    struct room room;
    /* Sockets that ended, and those that said what no server may. */
    uint64_t reset, malformed;
};

static inline struct follower *party_member(const struct party *party, int at) {
    return (struct follower *)(void *)crowd_channel(&party->crowd, at);
}

/* Opens options->connections sockets, of which the last so many listen, and waits until all are let in, or as long as it
   makes sense to wait. The room must be set. */
void party_gather(struct party *party, const struct options *options, int listeners);

/* How many are let in and still there. */
int party_ready(const struct party *party);

/* Reads and writes what can be, until then at most. */
void party_go_on(struct party *party, uint64_t until);

#endif
