/* One request and its answer over one connection, which may serve several of them. */
#ifndef EXCHANGE_H
#define EXCHANGE_H

#include <stdbool.h>
#include <stdint.h>

#include "request.h"
#include "response.h"

enum outcome {
    WAITING,
    ANSWERED,
    NOT_CONNECTED,
    /* The connection ended before the answer was whole. */
    RESET,
    /* The same, on a connection that had served before, and not a byte of the answer had come: the server had closed it
       while our request was on its way. */
    STALE,
    MALFORMED,
    /* A WebSocket or an event stream that the server does not open. */
    REFUSED,
};

struct exchange {
    int fd;
    bool connected;
    bool served;
    /* The server sends no more, or the connection is broken. */
    bool ended;
    const struct request *request;
    size_t sent;
    struct response response;
    uint64_t received;
};

struct line {
    int poller;
    int port;
    bool head_only;
    bool keep_alive;
};

/* Sends the request, over a new connection when there is none. */
enum outcome exchange_start(struct exchange *exchange, const struct line *line, const struct request *request);

/* After an event of the poller: reads and writes what can be. */
enum outcome exchange_go_on(struct exchange *exchange, uint32_t events);

/* After ANSWERED: closes the connection unless it can serve again. */
void exchange_finish(struct exchange *exchange, const struct line *line);

/* An event on a connection that serves nothing now: it is closed when the server has ended it. */
void exchange_look(struct exchange *exchange);

void exchange_close(struct exchange *exchange);

#endif
