/* A connection that is kept: a WebSocket, an event stream, a request that waits for its answer, or nothing said at all. */
#ifndef CHANNEL_H
#define CHANNEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "exchange.h"
#include "request.h"
#include "response.h"

enum channel_kind { WEBSOCKET, EVENTS, WAIT, IDLE };

enum channel_state { CLOSED, OPENING, OPEN };

struct buffer {
    char *bytes;
    size_t length, room;
};

struct channel {
    int fd;
    enum channel_kind kind;
    enum channel_state state;
    bool connected;
    struct response response;
    struct buffer out, in, message;
    uint64_t received;
    /* Called for every whole message of a WebSocket. It may send; it may not close: there may be more to read. */
    void (*on_message)(struct channel *channel, const char *bytes, size_t count);
    void *owner;
};

/* Begins to connect and to ask. WAITING, or what failed at once (the channel is CLOSED then). */
enum outcome channel_open(struct channel *channel, int poller, int port, const struct request *request);

/* After an event: reads, answers pings, writes. WAITING while it lives; otherwise it is CLOSED, and this is why:
   ANSWERED (the request that waited), REFUSED (a status that opens nothing), RESET, MALFORMED, NOT_CONNECTED. */
enum outcome channel_go_on(struct channel *channel, uint32_t events);

/* Sends a text message, now or as soon as it can. That the connection has ended is told by the next event. */
void channel_send(struct channel *channel, const char *bytes, size_t count);

void channel_close(struct channel *channel);

#endif
