/* A browser in a room of the live protocol (docs/protocol.md): greets, follows one stream without a gap, gives credit for
   what it was shown, and asks for what it missed. */
#ifndef FOLLOWER_H
#define FOLLOWER_H

#include <stdbool.h>
#include <stdint.h>

#include "channel.h"
#include "said.h"

#define EPOCH_BYTES 128

struct follower;

/* What all of them share. */
struct room {
    const char *stream;
    /* An event that is shown now, and an answer ("ok" or "err") to what this follower said. Either may be NULL. */
    void (*on_event)(struct follower *follower, const struct said_event *event);
    void (*on_answer)(struct follower *follower, const struct said *said);
    void *owner;
    /* Not the next event: one that was shown before, one behind a hole. What the server told, and what nobody can read. */
    uint64_t repeated, holes, lags, syncs, resets, unreadable;
};

struct follower {
    /* First: what the poller gives back is both. */
    struct channel channel;
    struct room *room;
    /* One that does not listen only speaks: it is ready when it was welcomed. */
    bool listens, ready, is_syncing;
    char epoch[EPOCH_BYTES];
    /* The number that it began after, the last one shown, and the last one acknowledged. */
    uint64_t first, seq, acknowledged;
    /* When the acknowledgement of what was shown is due; 0: nothing to acknowledge. */
    uint64_t ack_due;
    /* For whoever lets it speak. */
    void *owner;
};

/* Says hello, on a channel that has just opened. */
void follower_greet(struct channel *channel);

/* The channel's on_message. */
void follower_hear(struct channel *channel, const char *bytes, size_t count);

/* Acknowledges what is due; call it now and then. */
void follower_tick(struct follower *follower, uint64_t now);

/* Says something under a client id, which is also the frame's id. */
void follower_say(struct follower *follower, const char *cid, const char *text);

#endif
