#include "crowd.h"

#include "clock.h"
#include "system.h"

#define EVENTS_AT_ONCE 64
#define TICK_NS (10 * MILLISECOND_NS)
/* Servers let some hundreds queue at their door; who comes then waits a second for the kernel to knock again. */
#define OPENING_AT_ONCE 64

void crowd_begin(struct crowd *crowd, const struct options *options, enum channel_kind kind) {
    crowd->poller = poller_open();
    crowd->port = options->port;
    crowd->request = kind == WEBSOCKET ? handshake_write(options, NULL) : *requests_write(options);
    crowd->own_count = kind == WEBSOCKET ? options->cookie_count : 0;
    crowd->own = allocate((size_t)crowd->own_count, sizeof *crowd->own);
    for (int at = 0; at < crowd->own_count; at++)
        crowd->own[at] = handshake_write(options, options->cookies[at]);
    for (int at = 0; at < crowd->count; at++) {
        crowd_channel(crowd, at)->kind = kind;
        crowd_channel(crowd, at)->state = CLOSED;
    }
}

struct opening {
    int begun, pending;
    uint64_t decided_at, opened_at;
};

static void note(struct crowd *crowd, struct opening *opening, struct channel *channel) {
    if (channel->state == OPENING)
        return;
    opening->pending--;
    opening->decided_at = now_ns();
    if (channel->state == OPEN) {
        opening->opened_at = opening->decided_at;
        crowd->open++;
        if (crowd->on_open)
            crowd->on_open(channel);
    } else {
        crowd->last_status = channel->response.status;
    }
}

static void begin_some(struct crowd *crowd, struct opening *opening) {
    while (opening->begun < crowd->count && opening->pending < OPENING_AT_ONCE) {
        bool has_own = opening->begun < crowd->own_count;
        const struct request *request = has_own ? &crowd->own[opening->begun] : &crowd->request;
        struct channel *channel = crowd_channel(crowd, opening->begun++);
        opening->pending++;
        channel_open(channel, crowd->poller, crowd->port, request);
        note(crowd, opening, channel);
    }
}

void crowd_open(struct crowd *crowd, double timeout_seconds) {
    struct epoll_event events[EVENTS_AT_ONCE];
    uint64_t start = now_ns(), patience = seconds_to_ns(timeout_seconds);
    struct opening opening = {.decided_at = start, .opened_at = start};
    begin_some(crowd, &opening);
    while (opening.pending && now_ns() < opening.decided_at + patience) {
        int ready = poller_wait(crowd->poller, events, EVENTS_AT_ONCE, now_ns() + TICK_NS);
        for (int at = 0; at < ready; at++) {
            struct channel *channel = events[at].data.ptr;
            bool was_opening = channel->state == OPENING;
            bool was_open = channel->state == OPEN;
            channel_go_on(channel, events[at].events);
            if (was_opening)
                note(crowd, &opening, channel);
            else if (was_open && channel->state == CLOSED)
                crowd->open--;
        }
        begin_some(crowd, &opening);
    }
    for (int at = 0; at < crowd->count; at++)
        if (crowd_channel(crowd, at)->state == OPENING)
            channel_close(crowd_channel(crowd, at));
    crowd->refused = crowd->count - crowd->open;
    crowd->connect_seconds = (double)(opening.opened_at - start) / 1e9;
}
