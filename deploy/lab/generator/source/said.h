/* What a server of the live protocol says (docs/protocol.md): as much of a frame's JSON as a reader of numbers needs. */
#ifndef SAID_H
#define SAID_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A piece of the frame, where it lies: a string without its quotes, or an array with its brackets. */
struct piece {
    const char *bytes;
    size_t length;
};

/* Fields that a frame does not have are empty, or 0. */
struct said {
    struct piece type, stream, epoch, cid, re, code, events;
    uint64_t seq, retry_ms;
};

struct said_event {
    struct piece cid;
    uint64_t seq;
};

/* False for what is no JSON object. */
bool said_read(const char *bytes, size_t count, struct said *said);

/* The next of said->events, which is shortened by it. False at the end, and for what is no event. */
bool said_next_event(struct piece *events, struct said_event *event);

bool piece_is(const struct piece *piece, const char *word);

#endif
