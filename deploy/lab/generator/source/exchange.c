#include "exchange.h"

#include <errno.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "system.h"

#define ENDED (EPOLLRDHUP | EPOLLHUP | EPOLLERR)

static char scratch[65536];

static enum outcome lost(const struct exchange *exchange) {
    if (!exchange->connected)
        return NOT_CONNECTED;
    return exchange->served && !exchange->response.begun ? STALE : RESET;
}

static enum outcome take(struct exchange *exchange, size_t count) {
    size_t used;
    enum progress progress = response_read(&exchange->response, scratch, count, &used);
    exchange->received += count;
    if (progress == WHOLE)
        /* Nothing was asked that more bytes could answer. */
        return used == count ? ANSWERED : MALFORMED;
    return progress == MORE ? WAITING : MALFORMED;
}

static enum outcome receive(struct exchange *exchange, bool to_the_end) {
    for (;;) {
        ssize_t count = recv(exchange->fd, scratch, sizeof scratch, 0);
        if (count > 0) {
            exchange->connected = true;
            enum outcome outcome = take(exchange, (size_t)count);
            if (outcome != WAITING || (!to_the_end && (size_t)count < sizeof scratch))
                return outcome;
        } else if (count == 0) {
            exchange->connected = true;
            return response_end(&exchange->response) == WHOLE ? ANSWERED : lost(exchange);
        } else if (errno == EAGAIN) {
            return WAITING;
        } else if (errno != EINTR) {
            exchange->connected |= errno == ECONNRESET;
            return lost(exchange);
        }
    }
}

static enum outcome transmit(struct exchange *exchange) {
    const struct request *request = exchange->request;
    while (exchange->sent < request->length) {
        ssize_t count =
            send(exchange->fd, request->bytes + exchange->sent, request->length - exchange->sent, MSG_NOSIGNAL);
        if (count >= 0) {
            exchange->connected = true;
            exchange->sent += (size_t)count;
        } else if (errno == EAGAIN) {
            return WAITING;
        } else if (errno != EINTR) {
            exchange->connected |= errno == ECONNRESET;
            /* A server that has heard enough (413) answers and closes: its answer is still there to be read. */
            enum outcome outcome = exchange->connected ? receive(exchange, true) : WAITING;
            return outcome == WAITING ? lost(exchange) : outcome;
        }
    }
    return WAITING;
}

enum outcome exchange_start(struct exchange *exchange, const struct line *line, const struct request *request) {
    exchange->request = request;
    exchange->sent = 0;
    exchange->received = 0;
    response_begin(&exchange->response, line->head_only);
    if (exchange->fd < 0) {
        exchange->fd = connect_local(line->port);
        exchange->connected = exchange->served = exchange->ended = false;
        if (exchange->fd < 0)
            return NOT_CONNECTED;
        poller_add(line->poller, exchange->fd, exchange);
    }
    /* On one machine a connection is there by now more often than not, which saves a turn of the poller. */
    return transmit(exchange);
}

enum outcome exchange_go_on(struct exchange *exchange, uint32_t events) {
    if (exchange->fd < 0)
        return WAITING;
    /* Told only once: the end that comes with an answer would otherwise be missed by whoever is served next. */
    exchange->ended |= (events & ENDED) != 0;
    enum outcome outcome = events & (EPOLLIN | ENDED) ? receive(exchange, exchange->ended) : WAITING;
    return outcome == WAITING ? transmit(exchange) : outcome;
}

void exchange_finish(struct exchange *exchange, const struct line *line) {
    exchange->served = true;
    bool is_kept = line->keep_alive && exchange->response.keep_alive && !exchange->ended;
    if (!is_kept || exchange->sent < exchange->request->length)
        exchange_close(exchange);
}

void exchange_look(struct exchange *exchange) {
    char byte;
    if (exchange->fd >= 0 && (recv(exchange->fd, &byte, 1, MSG_PEEK) >= 0 || errno != EAGAIN))
        exchange_close(exchange);
}

void exchange_close(struct exchange *exchange) {
    if (exchange->fd >= 0)
        close(exchange->fd);
    exchange->fd = -1;
}
